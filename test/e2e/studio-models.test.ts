/** The studio with models, songs and a catalogue of the user's own. */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Classification } from '../../src/studio/server/work/classify.js';
import type { TagAnalysis } from '../../src/studio/server/work/tag.js';
import { toneFile, tonesFolder } from '../data/sets/fixtures.js';
import { runJob } from '../studio/server/running.js';
import { type Outcome, polytag } from '../workplace.js';
import { startStudio, tones } from './studio-command.js';

let folder: string;
let studio: Awaited<ReturnType<typeof startStudio>>;
const run = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: folder });

beforeAll(async () => {
  folder = await tonesFolder({ 'asked/one.wav': toneFile(232, 3) });
  await copyFile('configs/folk-tunes.abc', join(folder, 'tunes.abc'));
  for (const args of [
    ['run', 'tones.yaml', '--out', 'run'],
    ['tag', 'tones', '--model', 'run', '--embedding', '--out', 'tags.parquet'],
    ['hum', 'index', 'tunes.abc', '--out', 'songs.gz'],
  ]) {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
  const models = ['--piano', 'run', '--timbre', 'run', '--tagger', 'run', '--songs', 'songs.gz'];
  studio = await startStudio(folder, ...models, '--index', 'tags.parquet');
}, 120_000);
afterAll(async () => {
  studio.child.kill('SIGINT');
  await studio.outcome;
  await rm(folder, { recursive: true, force: true });
});

const body = (bytes: Uint8Array): RequestInit => ({ body: Buffer.from(bytes) });

it('the state says what was given', async () => {
  const state = await (await fetch(`${studio.origin}/api/state`)).json();
  expect(state).toMatchObject({ models: { piano: 'run', timbre: 'run' }, songs: true, index: true });
});

it('a recording is classified as by "polytag classify", and second by second', async () => {
  const { event, data } = await runJob(
    studio.origin,
    '/api/jobs/classify?name=one.wav',
    body(toneFile(232, 3)),
  );
  expect([event, data]).toEqual(['result', expect.any(Object)]);
  const { verdict, windows, labels, seconds, waveform } = data as unknown as Classification;
  const { stdout } = await run('classify', 'asked/one.wav', '--model', 'run', '--json');
  const [printed] = JSON.parse(stdout) as object[];
  expect({ ...verdict, name: 'asked/one.wav' }).toEqual(printed);
  expect([labels, seconds, waveform.buckets > 0]).toEqual([['high', 'low'], 3, true]);
  expect(windows.starts.length).toBeGreaterThanOrEqual(12);
  expect(windows.scores).toHaveLength(windows.starts.length);
  for (const [high, low] of windows.scores) expect(high + low).toBeCloseTo(1, 3);
});

it('what is no recording, and a link that leads nowhere public, are sentences', async () => {
  const path = '/api/jobs/classify?name=bad.wav';
  const bad = await runJob(studio.origin, path, body(new TextEncoder().encode('no sound')));
  expect(bad).toMatchObject({ event: 'failed', data: { error: expect.stringMatching(/^bad\.wav .+\.$/) } });
  const link = await runJob(studio.origin, '/api/jobs/classify', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ link: 'http://127.0.0.1:9/a.mp3' }),
  });
  expect(link).toMatchObject({
    event: 'failed',
    data: { error: expect.stringMatching(/is not a public address/) },
  });
});

it('a recording is tagged over time, with attention, a spectrogram and similar tracks', async () => {
  const { event, data } = await runJob(studio.origin, '/api/jobs/tag?name=one.wav', body(toneFile(232, 3)));
  expect([event, data]).toEqual(['result', expect.any(Object)]);
  const { tags, windows, attention, mel, similar, warnings, seconds } = data as unknown as TagAnalysis;
  expect(tags.map(({ tag }) => tag)).toEqual(['high', 'low']);
  expect(windows.starts[1] - windows.starts[0]).toBeCloseTo(windows.window_seconds, 2);
  expect(attention![0].weights).toHaveLength(attention![0].heads * attention![0].steps);
  expect(attention![0].steps * attention![0].step_seconds).toBeCloseTo(3, 0);
  expect(Buffer.from(mel.values, 'base64')).toHaveLength(mel.rows * mel.columns);
  expect(mel.columns * mel.secondsPerColumn).toBeCloseTo(seconds, 1);
  expect(similar).toHaveLength(10);
  expect(similar![0]).toMatchObject({
    name: expect.stringMatching(/\.wav$/),
    similarity: expect.any(Number),
  });
  expect(warnings).toEqual([]);
});

it('a hum has its timbre and its songs, and what cannot be used is a warning', async () => {
  // The beginning of Frère Jacques.
  const hum = tones(60, 62, 64, 60, 60, 62, 64, 60);
  const { event, data } = await runJob(studio.origin, '/api/jobs/recognise?name=hum.wav', body(hum));
  expect(event).toBe('result');
  expect(data).toMatchObject({
    project: {
      style: { name: 'folk', chosen_by: 'default' },
      timbre: { label: expect.stringMatching(/^(high|low)$/), confidence: expect.any(Number) },
    },
    warnings: ['The style stays folk: the model run gives no tags; choose another with --tagger.'],
  });
  const { songs } = data.project as { songs: { title: string; distance: number }[] };
  expect(songs.length).toBeGreaterThan(0);
  expect(songs[0].title).toMatch(/Jacques/i);
  expect(songs[0].distance).toBeLessThan(0.3);
});

/** Recordings that clients send: odd, damaged, too long; settings; models that were not given. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeAudio } from '../../../src/audio/encode/encode.js';
import { plainName } from '../../../src/studio/server/routes/begin-jobs.js';
import { ODD_FILES } from '../../audio/odd-files.js';
import { needsShared, referencePath } from '../../reference.js';
import { eventsOf, type RunningStudio, runJob, type SentEvent, startStudio } from './running.js';

let studio: RunningStudio;
beforeAll(async () => {
  // Without a tagger a hum needs no engine.
  const models = { tagger: 'none-here' };
  studio = await startStudio({ models, limits: { seconds: 8, perMinute: 10_000, waiting: 100 } });
});
afterAll(() => studio.stop());

const recognise = (name: string, bytes: Uint8Array, settings?: object): Promise<SentEvent> =>
  runJob(
    studio.origin,
    `/api/jobs/recognise?name=${encodeURIComponent(name)}${settings ? `&settings=${encodeURIComponent(JSON.stringify(settings))}` : ''}`,
    { headers: { 'Content-Type': 'audio/wav' }, body: Buffer.from(bytes) },
  );

/** A file is a project, or a sentence that begins with its name. */
function expectOutcome(name: string, { event, data }: SentEvent, fails: false | null): void {
  if (fails !== null) expect([name, event]).toEqual([name, 'result']);
  if (event === 'result') expect(data).toMatchObject({ project: { source: { name } } });
  else {
    expect(String(data.error)).toMatch(/^[^\n]+\.$/);
    expect(data.error).toContain(name);
    expect(data.error).not.toContain(studio.folder);
  }
}

const tone = (seconds: number): Float32Array =>
  Float32Array.from({ length: 16_000 * seconds }, (_, n) => 0.3 * Math.sin(n / 6));

describe('a recording', () => {
  it('of any odd form is a project or a sentence', async () => {
    const files = Object.entries(ODD_FILES).filter(([, [bytes]]) => bytes.length > 0);
    await Promise.all(
      files.map(async ([name, [bytes, expected]]) =>
        // What is not read here, an ffmpeg on the machine may decode.
        expectOutcome(name, await recognise(name, bytes), expected === 'error' ? null : false),
      ),
    );
  }, 120_000);

  it('of the odd files beside the checkout is a project or a sentence', async (ctx) => {
    needsShared(ctx);
    const folder = referencePath('data', 'odd-audio');
    // The other files are of the same kinds, and each takes a process.
    const damaged = ['bit_flips.mp3', 'garbage.mp3', 'truncated_mid_frame.mp3', 'id3_only.mp3', 'aac.m4a'];
    for (const name of [...damaged, 'wav_lying_length.wav', 'tenth_of_a_second.mp3', 'opus.opus'])
      expectOutcome(name, await recognise(name, await readFile(join(folder, name))), null);
  }, 180_000);

  it('that is silent, clipped or not one voice comes with the warnings of "polytag transcribe"', async () => {
    const random = Float32Array.from({ length: 32_000 }, (_, n) => Math.sin(n * n * 0.37) * 0.4);
    const cases: [Float32Array, RegExp][] = [
      [new Float32Array(32_000), /^The recording is silent/],
      [tone(2).map((value) => Math.max(-1, Math.min(1, 10 * value))), /% of the samples are at full scale/],
      [random, /has one clear pitch/],
    ];
    for (const [samples, warning] of cases) {
      const bytes = await encodeAudio({ channels: [samples], sampleRate: 16_000 }, 'wav');
      const { data } = await recognise('a.wav', bytes);
      expect((data.warnings as string[]).join('\n')).toMatch(warning);
    }
  }, 60_000);

  it('that is too long is refused before all of it is decoded, however small its file is', async () => {
    const samples = new Float32Array(16_000 * 600);
    const bytes = await encodeAudio({ channels: [samples], sampleRate: 16_000 }, 'flac');
    expect(bytes.length).toBeLessThan(1e6);
    const began = performance.now();
    const { event, data } = await recognise('long.flac', bytes);
    expect([event, data.error]).toEqual([
      'failed',
      'long.flac is longer than the 0.1 minutes that the studio takes; cut it, or use the command line.',
    ]);
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 60_000);
});

describe('settings', () => {
  it.each([
    ['{', /^The settings are not valid JSON/],
    ['[]', /^The settings are not those of "polytag transcribe": expected object/],
    ['{"model":"crepe"}', /"polytag transcribe": model: /],
    ['{"hold":-1}', /: hold: /],
    ['{"hold":"90"}', /: hold: /],
    ['{"grid":5}', /: grid: /],
    ['{"strength":2}', /: strength: /],
    ['{"tempo":1e9}', /: tempo: /],
    ['{"beats":0}', /: beats: /],
    ['{"pickup":0.3}', /: pickup: /],
    ['{"beats":3,"pickup":3}', /pickup must be below a bar/],
    ['{"fMin":500,"fMax":200}', /fMin must be below fMax/],
    ['{"speed":1}', /Unrecognized key: "speed"/],
  ])('%s are refused with a sentence', async (settings, sentence) => {
    const path = `/api/jobs/recognise?settings=${encodeURIComponent(settings)}`;
    const response = await fetch(`${studio.origin}${path}`, { method: 'POST', body: 'x' });
    const { error } = (await response.json()) as { error: string };
    expect([response.status, error]).toEqual([400, expect.stringMatching(sentence)]);
  });

  it('are those of the command that is given', async () => {
    const bytes = await encodeAudio({ channels: [tone(2)], sampleRate: 16_000 }, 'wav');
    const settings = {
      hold: 120,
      grid: '8',
      strength: 0.5,
      tempo: 90,
      beats: 3,
      pickup: 1,
      fMin: 80,
      fMax: 900,
    };
    const { data } = await recognise("-o'.wav", bytes, settings);
    expect(data).toMatchObject({
      project: {
        tempo: 90,
        beats: 3,
        pickup: 480,
        source: { settings: { ...settings, model: 'pyin', grid: 8 } },
      },
      command: `npx polytag transcribe './-o'\\''.wav' --model pyin --hold 120 --grid 8 --strength 0.5 --tempo 90 --beats 3 --pickup 1 --f-min 80 --f-max 900 --out './-o'\\''.musicxml'`,
    });
  }, 30_000);
});

describe('models that are not here', () => {
  it('leave a hum its notes, and are named in a warning', async () => {
    const bytes = await encodeAudio({ channels: [tone(2)], sampleRate: 16_000 }, 'wav');
    const { data } = await recognise('a.wav', bytes);
    expect(data).toMatchObject({
      project: {
        style: { name: 'folk', chosen_by: 'default', tags: [] },
        source: { warnings: data.warnings },
      },
      warnings: [expect.stringMatching(/^The style stays folk: There is no model "none-here"/)],
    });
  }, 30_000);

  it('are a sentence where a job is about them', async () => {
    const response = await fetch(`${studio.origin}/api/jobs/classify`, { method: 'POST', body: 'x' });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: expect.stringMatching(/^No model of classes was given: .*--piano RUN/) },
    ]);
    const bytes = await encodeAudio({ channels: [tone(2)], sampleRate: 16_000 }, 'wav');
    const tagged = await runJob(studio.origin, '/api/jobs/tag', { body: Buffer.from(bytes) });
    expect(tagged).toMatchObject({ event: 'failed', data: { error: expect.stringMatching(/none-here/) } });
  }, 30_000);
});

it.each([
  ['hum.wav', 'hum.wav'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\fake\\hum.wav', 'hum.wav'],
  ['a\u0000b\nc\u202e.wav', 'abc.wav'],
  ['..', '..'],
  ['', 'recording'],
  [undefined, 'recording'],
  ['𝄞'.repeat(300), '𝄞'.repeat(200)],
])('the name %j becomes %j', (given, expected) => {
  expect(plainName(given)).toBe(expected);
});

it('the limits of jobs hold: memory, and time', async () => {
  const bytes = Buffer.from(await encodeAudio({ channels: [tone(7)], sampleRate: 16_000 }, 'wav'));
  const small = await startStudio({ models: { tagger: 'none' }, limits: { megabytes: 64 } });
  const hurried = await startStudio({ models: { tagger: 'none' }, limits: { jobSeconds: 0.2 } });
  try {
    for (const [one, sentence] of [
      [small, /^The job needs more than 64 MB of memory; try a shorter recording\.$/],
      [hurried, /^The job takes longer than 0\.2 s; try a shorter recording\.$/],
    ] as const) {
      const { event, data } = await runJob(one.origin, '/api/jobs/recognise', { body: bytes });
      expect([event, data.error]).toEqual(['failed', expect.stringMatching(sentence)]);
      expect(await readdir(join(one.folder, '.jobs'))).toEqual([]);
    }
  } finally {
    await Promise.all([small.stop(), hurried.stop()]);
  }
}, 60_000);

it('a client that begins too many jobs is told when to come back', async () => {
  const one = await startStudio({ models: { tagger: 'none' }, limits: { perMinute: 2 } });
  try {
    const begin = (): Promise<Response> =>
      fetch(`${one.origin}/api/jobs/recognise`, { method: 'POST', body: 'x' });
    const [first] = [await begin(), await begin()];
    const third = await begin();
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    const { job } = (await first.json()) as { job: string };
    expect((await eventsOf(one.origin, job)).at(-1)?.event).toBe('failed');
  } finally {
    await one.stop();
  }
}, 30_000);

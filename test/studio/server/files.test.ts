/** Projects to files and back over HTTP, and the banks that play them. */
import { parseBuffer } from 'music-metadata';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import type { Project } from '../../../src/studio/project/schema.js';
import { exampleProject } from '../example.js';
import { type RunningStudio, runJob, startStudio } from './running.js';

let studio: RunningStudio;
beforeAll(async () => {
  studio = await startStudio({ limits: { perMinute: 10_000, projectBytes: 1e6 } });
});
afterAll(() => studio.stop());

interface Exported {
  file: string;
  name: string;
  bytes: number;
}

/** Exports a project, and gives the file as it is downloaded. */
async function exported(
  project: Project,
  as: string,
): Promise<{ content: Buffer; headers: Headers } & Exported> {
  const { event, data } = await runJob(studio.origin, `/api/jobs/export?as=${as}`, {
    body: JSON.stringify(project),
  });
  expect(event, JSON.stringify(data)).toBe('result');
  const result = data as unknown as Exported;
  const response = await fetch(`${studio.origin}${result.file}`);
  return { ...result, content: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

const imported = async (
  name: string,
  body: BodyInit,
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const path = `/api/import?name=${encodeURIComponent(name)}`;
  const response = await fetch(`${studio.origin}${path}`, { method: 'POST', body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const pitchesOf = (project: unknown): number[] =>
  (project as Project).tracks.flatMap(({ clips }) =>
    clips.flatMap(({ notes }) => notes.map(({ pitch }) => pitch)),
  );

describe('an export', () => {
  it.each(['mp3', 'wav', 'flac'])(
    'as %s sounds as long as the piece',
    async (as) => {
      const { bytes, name, headers, content } = await exported(exampleProject('My tune'), as);
      expect(name).toBe(`My tune.${as}`);
      expect(headers.get('content-type')).toBe(`audio/${as === 'mp3' ? 'mpeg' : as}`);
      expect(headers.get('content-disposition')).toBe(
        `attachment; filename="My tune.${as}"; filename*=UTF-8''My%20tune.${as}`,
      );
      expect(content.length).toBe(bytes);
      const { channels, sampleRate } = await decodeAudio(content);
      expect([channels.length, sampleRate]).toEqual([2, 44_100]);
      expect(channels[0].length / sampleRate).toBeGreaterThan(3.99);
      expect(channels[0].length / sampleRate).toBeLessThan(9);
      expect(Math.max(...channels[0].slice(0, 44_100))).toBeGreaterThan(0.05);
    },
    60_000,
  );

  // What is read of tempo and key in FLAC differs from reader to reader.
  it.each([
    ['mp3', { title: 'Ä tune: 曲', bpm: 120, key: 'Am' }],
    ['flac', { title: 'Ä tune: 曲' }],
  ])(
    'as %s carries title, tempo and key',
    async (as, expected) => {
      const project: Project = { ...exampleProject('Ä tune: 曲'), key: { tonic: 9, mode: 'minor' } };
      const { content } = await exported(project, as);
      const { common } = await parseBuffer(content);
      expect(common).toMatchObject(expected);
    },
    60_000,
  );

  it.each(['mid', 'musicxml'])(
    'as %s comes back as the same notes',
    async (as) => {
      const { content, name } = await exported(exampleProject('Back/..\\again'), as);
      expect(name).toMatch(/^Back\s+\.\.\s*again\.\w+$/);
      const { status, body } = await imported(`a.${as}`, new Uint8Array(content));
      expect([status, body.warnings]).toEqual([200, expect.any(Array)]);
      expect(pitchesOf(body.project)).toEqual([60, 62, 64]);
    },
    60_000,
  );

  it.each([
    ['?as=exe', JSON.stringify(exampleProject()), 400, /^Give the form of the file: \?as=mp3, or wav/],
    ['', JSON.stringify(exampleProject()), 400, /^Give the form of the file/],
    ['?as=toString', JSON.stringify(exampleProject()), 400, /^Give the form of the file/],
    ['?as=mp3', '{', 400, /^The request is not valid JSON/],
    ['?as=mp3', '{}', 400, /is not a project of polytag/],
    ['?as=mp3', 'x'.repeat(1_100_000), 413, /^The file is larger than the 1 MB/],
  ])('%s of bad input is a sentence', async (query, body, status, sentence) => {
    const response = await fetch(`${studio.origin}/api/jobs/export${query}`, { method: 'POST', body });
    const { error } = (await response.json()) as { error: string };
    expect([response.status, error]).toEqual([status, expect.stringMatching(sentence)]);
  });

  it('of a piece of hours is a sentence', async () => {
    const project = { ...exampleProject(), tempo: 20, passages: [{ id: 'p1', name: 'A', bars: 10_000 }] };
    const { event, data } = await runJob(studio.origin, '/api/jobs/export?as=mp3', {
      body: JSON.stringify(project),
    });
    expect([event, data.error]).toEqual([
      'failed',
      'The piece lasts 2000 minutes, and 30 can be rendered; leave passages out, or write it as MIDI.',
    ]);
  }, 30_000);
});

describe('an import', () => {
  it('of a project gives the project', async () => {
    const { body } = await imported('a.json', JSON.stringify(exampleProject('Mine')));
    expect(body.project).toEqual(exampleProject('Mine'));
  }, 30_000);

  it('of a tune in ABC has its notes', async () => {
    const { body } = await imported('tune.abc', 'X:1\nT:Tune\nM:4/4\nL:1/4\nK:C\nC D E F|\n');
    expect(pitchesOf(body.project)).toEqual([60, 62, 64, 65]);
  }, 30_000);

  it.each([
    ['a.exe', 'x', /^a\.exe cannot be brought in; choose a file of \.mid, /],
    ['', 'x', /^recording cannot be brought in/],
    ['a.mid', '', /^a\.mid is empty/],
    ['a.mid', 'MThd', /^a\.mid .*\.$/],
    ['a.musicxml', '<html>', /^a\.musicxml .*\.$/],
    [
      'a.musicxml',
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><score-partwise>&a;</score-partwise>',
      /^a\.musicxml .*\.$/,
    ],
    ['a.json', '[1', /^a\.json is not valid JSON/],
    ['../../a.json', '{}', /^a\.json is not a project/],
  ])(
    'of %j that holds %j is a sentence',
    async (name, content, sentence) => {
      const { status, body } = await imported(name, content);
      expect([status, body.error]).toEqual([400, expect.stringMatching(sentence)]);
      expect(body.error).not.toContain('root:');
    },
    30_000,
  );
});

describe('a bank', () => {
  it('that is built in is there, and listed', async () => {
    const response = await fetch(`${studio.origin}/api/banks/sonivox`);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF');
    const state = (await (await fetch(`${studio.origin}/api/state`)).json()) as { banks: object[] };
    expect(state.banks).toEqual([
      { name: 'sonivox', bytes: expect.any(Number), licence: 'Apache-2.0', here: true },
      { name: 'fluid-r3-mono', bytes: expect.any(Number), licence: 'MIT', here: expect.any(Boolean) },
    ]);
  });

  it.each(['nothing', '__proto__', '..%2f..%2fpackage.json', 'toString'])('%s is 404', async (name) => {
    expect((await fetch(`${studio.origin}/api/banks/${name}`)).status).toBe(404);
  });
});

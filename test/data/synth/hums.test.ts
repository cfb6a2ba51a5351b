/** Synthetic hums: songs whose notes are known, by randomly drawn voices. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { randomGenerator } from '../../../src/base/random.js';
import { readHums } from '../../../src/data/sets/hums/recordings.js';
import { hums, humsOptions } from '../../../src/data/sets/hums.js';
import { generateHums, type HumCorpusSummary, type SongToSing } from '../../../src/data/synth/hums/corpus.js';
import { drawSinger, perform } from '../../../src/data/synth/hums/performance.js';
import { scoreNotes } from '../../../src/eval/transcription/notes.js';
import { songReaders } from '../../../src/transcription/songs/readers/index.js';
import { transcribe } from '../../../src/transcription/transcribe.js';
import { folderOf, humFolders } from '../sets/fixtures.js';

const song = (name: string, pitches: readonly number[]): SongToSing => ({
  name,
  notes: pitches.map((pitch, i) => ({ onset: i, offset: i + 1, pitch })),
});
const songs = [
  song('one', [60, 62, 64, 65, 67, 69, 67, 64, 60]),
  song('two', [67, 64, 60, 64, 67, 72, 72, 71, 67]),
];
const options = { songs, clips: 12, seconds: 6, seed: 3 };
let root: string;
let out: string;
let summary: HumCorpusSummary;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-hums-'));
  out = join(root, 'corpus');
  summary = await generateHums({ ...options, out });
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('generateHums', () => {
  it('writes recordings by voice with their notes, which the data set of hums reads', async () => {
    expect(summary).toMatchObject({ songs: 2, voices: 6, rendered: 12, kept: 0 });
    const { hums: found, notes } = await readHums(out);
    expect(notes).toEqual([]);
    expect(found.map(({ tune, voice }) => `${voice} ${tune}`)).toEqual(
      [1, 2, 3, 4, 5, 6].flatMap((voice) => ['one', 'two'].map((tune) => `voice-000${voice} ${tune}`)),
    );
    for (const { notes: own, voice, tune } of found) expect(own).toBe(join(out, voice, `${tune}.csv`));
    const data = await hums.load(humsOptions.parse({ set: 'hums', root: out }));
    expect(data.synthetic).toContain('voices that polytag synthesized');
  });

  it('sings the notes that it writes down', async () => {
    const { hums: found } = await readHums(out);
    let [onsets, pitches] = [0, 0];
    for (const { audio, notes } of found) {
      const { channels, sampleRate } = await decodeAudio(audio);
      const [{ parts }] = await songReaders['.csv'](await readFile(notes!));
      const result = await transcribe({ samples: channels[0], sampleRate });
      const { con, conp } = scoreNotes(parts[0], result.notes);
      onsets += con.f1 / found.length;
      pitches += conp.f1 / found.length;
    }
    expect(onsets).toBeGreaterThan(0.9);
    expect(pitches).toBeGreaterThan(0.85);
  });

  it('makes a missing recording again to the byte, and keeps the others', async () => {
    const paths = ['voice-0001/one.flac', 'voice-0001/one.csv', 'voice-0006/two.flac'].map((path) =>
      join(out, path),
    );
    const digests = () =>
      Promise.all(
        paths.map(async (path) =>
          createHash('sha256')
            .update(await readFile(path))
            .digest('hex'),
        ),
      );
    const before = await digests();
    await Promise.all(paths.map((path) => unlink(path)));
    expect(await generateHums({ ...options, out })).toMatchObject({ rendered: 2, kept: 10 });
    expect(await digests()).toEqual(before);
  });

  it('refuses what cannot be made', async () => {
    const refused = (more: object) => generateHums({ ...options, out: join(root, 'other'), ...more });
    await expect(refused({ clips: 1 })).rejects.toThrow('clips is 1; it must be a whole number from 2');
    await expect(refused({ songs: songs.slice(1) })).rejects.toThrow('give at least two songs');
    await expect(refused({ songs: [songs[0], song('a/b', [60])] })).rejects.toThrow(
      'songs: "a/b" is not a file name; rename the song.',
    );
    await expect(refused({ songs: [songs[0], songs[0]] })).rejects.toThrow('two songs are named "one"');
    await expect(refused({ out, seed: 4 })).rejects.toThrow('made with other options');
  });
});

describe('a performance', () => {
  const random = () => randomGenerator(1, 'test');

  it('keeps the tune, in the time that there is', () => {
    const exact = { ...drawSinger(random()), outOfTune: 0, outOfTime: 0 };
    const sung = perform(songs[0].notes, exact, 60, random());
    const steps = sung.slice(1).map(({ midi }, i) => midi - sung[i].midi);
    const written = songs[0].notes.slice(1).map(({ pitch }, i) => pitch - songs[0].notes[i].pitch);
    for (const [i, step] of steps.entries()) expect(step).toBeCloseTo(written[i], 0);
    expect(sung.every(({ onset, offset }, i) => offset > onset && !(sung[i + 1]?.onset < offset))).toBe(true);
    expect(perform(songs[0].notes, exact, 2, random()).at(-1)!.offset).toBeLessThanOrEqual(1.95);
  });
});

describe('extra training recordings of the data set of hums', () => {
  const split = { kind: 'voices', validation: ['cy'], test: ['ann'] };

  it('train, and only those of the known songs', async () => {
    const main = await folderOf(humFolders(['ann', 'bob', 'cy'], ['one', 'three']));
    const { examples, notes, protocol } = await hums.load(
      humsOptions.parse({ set: 'hums', root: main, extra_training: out, split }),
    );
    const extra = examples.filter(({ id }) => id.startsWith('corpus/'));
    expect(extra.map(({ title, split: own }) => `${title} ${own}`)).toEqual(
      new Array<string>(6).fill('one train'),
    );
    expect(extra[0]).toMatchObject({ id: 'corpus/voice-0001/one.flac', group: 'corpus/voice-0001' });
    expect(notes).toContain(`6 of 12 recordings of ${out} are of other songs and are left out.`);
    expect(notes.at(-1)).toMatch(/^Of the extra training recordings: SYNTHETIC corpus: .*\.$/);
    expect(protocol).toContain('6 recordings more in training');
  });

  it('need one of the songs, and a folder', async () => {
    const main = await folderOf(humFolders(['ann', 'bob', 'cy'], ['three', 'four']));
    const load = (extra: string) =>
      hums.load(humsOptions.parse({ set: 'hums', root: main, extra_training: extra, split }));
    await expect(load(out)).rejects.toThrow('data.extra_training: ');
    await expect(load('/nowhere/at/all')).rejects.toThrow(
      'data.extra_training: there is no folder /nowhere/at/all',
    );
  });
});

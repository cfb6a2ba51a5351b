/** polytag hum, as a person types it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { randomTune, TUNE, TUNE_ABC, TUNE_MUSICXML } from '../transcription/songs/made-tunes.js';
import { expectSentence, runHere } from './in-process.js';

const RATE = 16_000;
let folder: string;
let scores: string;
let songs: string;

/** A voice of six harmonics that sings the tune from a note on, at 150 quarters a minute. */
function sung(first: number): Float32Array {
  const notes = TUNE.slice(first);
  const seconds = (quarters: number): number => 0.3 + ((quarters - notes[0].onset) * 60) / 150;
  const samples = new Float32Array(Math.round(RATE * (seconds(notes[notes.length - 1].offset) + 0.3)));
  for (const { onset, offset, pitch } of notes) {
    const hz = 440 * 2 ** ((pitch - 3.4 - 69) / 12);
    const end = Math.round(RATE * (seconds(offset) - 0.05));
    for (let n = Math.round(RATE * seconds(onset)); n < end; n++)
      for (let harmonic = 1; harmonic <= 6; harmonic++)
        samples[n] += (0.15 / harmonic) * Math.sin((2 * Math.PI * harmonic * hz * n) / RATE);
  }
  return samples;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-hum-'));
  scores = join(folder, 'scores');
  songs = join(folder, 'songs.gz');
  await mkdir(join(scores, 'books'), { recursive: true });
  await writeFile(join(scores, 'stars.musicxml'), TUNE_MUSICXML);
  await writeFile(join(scores, 'books', 'two.abc'), `${TUNE_ABC}\nX:2\nT:Too short\nL:1/4\nK:C\nC D E|\n`);
  for (let i = 0; i < 30; i++)
    await writeFile(join(scores, `tune ${i}.json`), JSON.stringify({ notes: randomTune(i) }));
  await writeFile(join(scores, 'broken.mid'), 'MThd and nothing more');
  await writeFile(join(folder, 'whole.wav'), encodeWav([sung(0)], RATE));
  await writeFile(join(folder, 'later.wav'), encodeWav([sung(4)], RATE));
  await writeFile(join(folder, 'silent.wav'), encodeWav([new Float32Array(RATE)], RATE));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('polytag hum', () => {
  it('indexes a folder of scores and says what it leaves out', async () => {
    const { code, stdout, stderr } = await runHere('hum', 'index', scores, '--out', songs);
    expect([code, stdout]).toEqual([0, `${songs}: 32 songs, 2 left out\n`]);
    expect(stderr).toMatch(/Left out: books\/two\.abc#2: it has no part of 4 notes/);
    expect(stderr).toMatch(/Left out: broken\.mid: /);
    expectSentence(
      await runHere('hum', 'index', scores, '--out', songs),
      2,
      /exists; give another file, or --overwrite/,
    );
    expect(
      JSON.parse((await runHere('hum', 'index', scores, '--out', songs, '--overwrite', '--json')).stdout),
    ).toEqual({
      out: songs,
      songs: 32,
      left_out: 2,
    });
  });

  it.each([
    ['whole.wav', 0],
    ['later.wav', 4],
  ])('finds the song of %s', async (file, start) => {
    const { code, stdout } = await runHere(
      'hum',
      join(folder, file),
      '--songs',
      songs,
      '--json',
      '--top',
      '3',
    );
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as {
      song: string;
      title: string | null;
      distance: number;
      start: number;
    }[];
    expect(found).toHaveLength(3);
    // Both scores of the tune are as near.
    expect(
      found
        .slice(0, 2)
        .map(({ song }) => song)
        .sort(),
    ).toEqual(['books/two.abc#1', 'stars.musicxml']);
    expect(found[0]).toMatchObject({ title: 'Stars', start });
    expect(found[0].distance).toBeLessThan(0.2);
    expect(found[2].distance).toBeGreaterThan(2 * found[0].distance);
  });

  it('prints a table for people', async () => {
    const { stdout } = await runHere('hum', join(folder, 'later.wav'), '--songs', songs, '--top', '1');
    expect(stdout).toMatch(/^distance +song +file +from\n0\.\d{3} +Stars +\S+ +note 5\n$/);
  });

  it('writes a page with the song over the hum', async () => {
    const out = join(folder, 'hum.html');
    const { code, stderr } = await runHere(
      ...['hum', join(folder, 'later.wav'), '--songs', songs, '--plot', out],
    );
    expect([code, stderr.endsWith(`Page: ${out}\n`)]).toEqual([0, true]);
    const page = await readFile(out, 'utf8');
    for (const part of ['>Stars<', 'note 5', 'name="song"', '"isHummed":true']) expect(page).toContain(part);
  });

  it('refuses in a sentence what it cannot do', async () => {
    const hum = join(folder, 'whole.wav');
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const bytes = await readFile(songs);
    bytes[bytes.length >> 1] ^= 1;
    const damaged = join(folder, 'damaged.gz');
    await writeFile(damaged, bytes);
    for (const [words, code, sentence] of [
      [[hum], 2, /Give a recording and --songs/],
      [[hum, '--songs', join(folder, 'none.gz')], 2, /There is no file .*none\.gz/],
      [[hum, '--songs', hum], 2, /whole\.wav is not a file of songs; make one with "polytag hum index/],
      [[hum, '--songs', damaged], 1, /damaged\.gz is damaged \(.*\); make it again/],
      [[hum, '--songs', songs, '--top', '0'], 2, /--top/],
      [[hum, '--songs', songs, '--plot', join(folder, 'x.png')], 2, /--plot must end in \.html/],
      [[join(folder, 'silent.wav'), '--songs', songs], 2, /silent\.wav: A hum needs at least 4 notes/],
      [[join(folder, 'none.wav'), '--songs', songs], 2, /none\.wav/],
      [['index', empty, '--out', join(folder, 'x.gz')], 2, /empty holds no scores; give a folder with files/],
      [['index', join(folder, 'none'), '--out', join(folder, 'x.gz')], 2, /none/],
      [
        ['index', scores, '--out', empty, '--overwrite'],
        2,
        /--out: .*empty is a folder; give the name of a file/,
      ],
      [['index', scores, '--out', join(folder, 'absent', 'x.gz')], 2, /--out/],
    ] as const)
      expectSentence(await runHere('hum', ...words), code, sentence);
  });
});

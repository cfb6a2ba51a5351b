/** A table of tracks with numbers that can be heard and read, for tests of regression. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWav } from '../../../../src/audio/encode/wav.js';
import { randomGenerator } from '../../../../src/base/random.js';

const RATE = 16_000;

/** One second of a tone whose pitch follows valence and whose loudness follows arousal, with some noise. */
function tone(valence: number, arousal: number, seed: number): Float32Array {
  const random = randomGenerator(seed, 'tone');
  const frequency = 400 * 2 ** (2 * valence);
  const level = 0.4 * 10 ** (arousal / 2);
  return Float32Array.from(
    { length: RATE },
    (_, n) => level * Math.sin((2 * Math.PI * frequency * n) / RATE) + 0.003 * random.normal(),
  );
}

const WORDS = { high: ['sun', 'dance', 'bright', 'joy'], low: ['rain', 'grave', 'dark', 'alone'] };

/** Lyrics with more happy words the higher the valence is. */
function lyrics(valence: number, seed: number): string {
  const random = randomGenerator(seed, 'lyrics');
  return Array.from({ length: 24 }, () =>
    random.pick(WORDS[random.uniform() < (valence + 1) / 2 ? 'high' : 'low']),
  ).join(' ');
}

/**
 * Makes a folder with `tracks.csv` (id, valence and arousal in -1 to 1, tempo in whole numbers, artist, language) and a
 * recording and lyrics for each track; every tenth track lacks its arousal.
 *
 * @param tracks - how many. Default: 80
 */
export async function madeNumbers(tracks = 80): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'polytag-numbers-'));
  await mkdir(join(root, 'audio'));
  await mkdir(join(root, 'lyrics'));
  const random = randomGenerator(1, 'numbers');
  const rows = ['id,valence,arousal,tempo,artist,language'];
  for (let i = 0; i < tracks; i++) {
    const [valence, arousal] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const id = `t${String(i).padStart(3, '0')}`;
    const shown = i % 10 === 3 ? '' : arousal.toFixed(3);
    rows.push(
      `${id},${valence.toFixed(3)},${shown},${Math.round(100 + 40 * arousal)},a${i >> 1},${i % 3 ? 'en' : 'zh'}`,
    );
    await writeFile(join(root, 'audio', `${id}.wav`), encodeWav([tone(valence, arousal, i)], RATE));
    await writeFile(join(root, 'lyrics', `${id}.txt`), lyrics(valence, i));
  }
  await writeFile(join(root, 'tracks.csv'), `${rows.join('\n')}\n`);
  return root;
}

/** The songs of a folder of scores. */
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Interrupted, messageOf, UsageError } from '../../base/errors.js';
import { explainReadError } from '../../base/read-errors.js';
import { listTree } from '../../data/audio-files.js';
import { CURVE_ENDING } from '../../data/pitch-curve.js';
import { decodeText } from '../../text/files/decode.js';
import { SONG_ENDINGS, songReaders } from '../songs/readers/index.js';
import type { ReadSong, ReadSongs } from '../songs/readers/reader.js';
import { LEAST_NOTES, melodyOf, type Song } from '../songs/song.js';

/** Larger files are passed over: no score has as many bytes. */
const LARGEST_BYTES = 2 ** 26;

export interface ScoreSongs {
  songs: Song[];
  /** Files and tunes that hold no melody, with the reason. */
  without: [string, string][];
}

const readerOf = (name: string): ReadSongs | undefined =>
  (songReaders as Record<string, ReadSongs>)[extname(name).toLowerCase()];

/**
 * Reads every score of a folder and those below it, in the order of their paths and without hidden ones, or one file.
 *
 * @throws UsageError where there is no score; Interrupted when stopped
 */
export async function readScores(
  folder: string,
  { signal, onFile }: { signal?: AbortSignal; onFile?: (done: number, files: number) => void } = {},
): Promise<ScoreSongs> {
  const found = await stat(folder).catch((error: unknown) => {
    throw explainReadError(folder, error) ?? error;
  });
  const names = found.isDirectory()
    ? (await listTree(folder))
        // A pitch curve beside a recording is no list of notes.
        .filter((name) => readerOf(name) !== undefined && !name.endsWith(CURVE_ENDING))
        .map((name) => join(folder, name))
    : [folder];
  if (names.length === 0 || readerOf(names[0]) === undefined)
    throw new UsageError(
      `${folder} holds no scores; give a folder with files that end in ${SONG_ENDINGS.join(', ')}.`,
    );
  const all: ScoreSongs = { songs: [], without: [] };
  for (const [i, name] of names.entries()) {
    if (signal?.aborted) throw new Interrupted('Stopped; no file was written.');
    const id = found.isDirectory() ? name.slice(join(folder, '/').length) : name;
    await addFile(all, id, name);
    onFile?.(i + 1, names.length);
    // Readers take no time off, and Ctrl-C wants to be seen.
    await new Promise(setImmediate);
  }
  return all;
}

/** Text in its likeliest encoding: notes are ASCII, so that a wrong guess would cost no more than a title. */
async function likeliestText(bytes: Uint8Array): Promise<string> {
  const { text } = await decodeText(bytes);
  if (text === null) throw new Error('it is not text');
  return text.replace(/^\ufeff/, '');
}

async function addFile({ songs, without }: ScoreSongs, id: string, path: string): Promise<void> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_BYTES) throw new Error(`it has ${size} bytes, more than a score`);
    const found = await readerOf(path)!(await readFile(path), likeliestText);
    const numbered = numberedIds(id, found);
    for (const [i, { title, parts }] of found.entries()) {
      const melodies = parts.map(melodyOf).filter((melody) => melody !== null);
      if (melodies.length > 0) songs.push({ id: numbered[i], title, melodies });
      else without.push([numbered[i], `it has no part of ${LEAST_NOTES} notes`]);
    }
  } catch (error) {
    without.push([id, messageOf(error).split('\n')[0]]);
  }
}

/** `tunes.abc#12` for a tune of a book; a number that comes again gets its place, so that no two are the same. */
function numberedIds(id: string, songs: readonly ReadSong[]): string[] {
  const seen = new Set<string>();
  return songs.map(({ number }, i) => {
    const own = number === null ? id : `${id}#${seen.has(number) ? `${number}.${i + 1}` : number}`;
    if (number !== null) seen.add(number);
    return own;
  });
}

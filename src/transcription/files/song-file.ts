/** A file of songs: JSON lines after a head that says how many follow, compressed, so that a cut one is noticed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import { explainReadError } from '../../base/read-errors.js';
import { LEAST_NOTES, type Song } from '../songs/song.js';

/** Largest file of songs after decompression, in bytes: some millions of songs. */
const LARGEST = 2 ** 30;

const headSchema = z.object({
  format: z.literal('polytag songs'),
  version: z.literal(1),
  songs: z.int().nonnegative(),
  sha256: z.string(),
});

const numbers = z.array(z.number()).min(LEAST_NOTES);

const songSchema = z.object({
  id: z.string(),
  title: z.string().nullable(),
  melodies: z
    .array(z.object({ onsets: numbers, pitches: numbers, end: z.number() }))
    .min(1)
    .refine(
      (melodies) => melodies.every(({ onsets, pitches }) => onsets.length === pitches.length),
      'a melody has as many onsets as pitches',
    ),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes songs. Throws Failure where the disk is full. */
export async function writeSongs(path: string, songs: readonly Song[]): Promise<void> {
  const lines = songs.map((song) => `${JSON.stringify(song)}\n`).join('');
  const head = { format: 'polytag songs', version: 1, songs: songs.length, sha256: sha256(lines) };
  await writeWhole(path, await promisify(gzip)(`${JSON.stringify(head)}\n${lines}`));
}

/**
 * Reads the songs that `polytag hum index` wrote.
 *
 * @throws UsageError for a file that does not exist or is of another kind; Failure for a damaged one
 */
export async function readSongs(path: string): Promise<Song[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw explainReadError(path, error) ?? error;
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    throw new UsageError(
      `${path} is not a file of songs; make one with "polytag hum index FOLDER --out SONGS".`,
    );
  const damaged = (why: string): Failure =>
    new Failure(`${path} is damaged (${why}); make it again with "polytag hum index".`);
  const text = await promisify(gunzip)(bytes, { maxOutputLength: LARGEST }).then(
    (content) => content.toString('utf8'),
    (error: unknown) => {
      throw damaged(messageOf(error));
    },
  );
  const end = text.indexOf('\n') + 1;
  const head = contentOf(text.slice(0, end), headSchema);
  if (head === null)
    throw new UsageError(
      `${path} is not a file of songs; make one with "polytag hum index FOLDER --out SONGS".`,
    );
  const lines = text.slice(end);
  if (sha256(lines) !== head.sha256) throw damaged('its content is not what was written');
  const songs = lines
    .split('\n')
    .slice(0, -1)
    .map((line, i) => {
      const song = contentOf(line, songSchema);
      if (song === null) throw damaged(`song ${i + 1} is not a song`);
      return song;
    });
  if (songs.length !== head.songs) throw damaged(`it has ${songs.length} of ${head.songs} songs`);
  return songs;
}

function contentOf<Content>(line: string, schema: z.ZodType<Content>): Content | null {
  try {
    return parseJson(line, schema);
  } catch {
    return null;
  }
}

/** Tracks from files, folders, playlists or a list on standard input. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { AUDIO_EXTENSIONS } from '../../audio/decode.js';
import { UsageError } from '../../base/errors.js';
import type { TextEncoding } from '../../text/encodings.js';
import { readPlaylist } from './playlist.js';

const PLAYLISTS = ['.m3u', '.m3u8'];

/** Name the list on standard input. */
const STANDARD_INPUT = ['-', '/dev/stdin'];

function isAudio(name: string): boolean {
  return AUDIO_EXTENSIONS.includes(extname(name).toLowerCase());
}

/** The audio files of a folder and the folders in it, by name. */
async function tracksOfFolder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const tracks: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    // A link to a folder is not followed: it may lead back.
    if (entry.isDirectory()) tracks.push(...(await tracksOfFolder(path)));
    else if (isAudio(entry.name)) tracks.push(path);
  }
  return tracks;
}

async function linesOf(stream: NodeJS.ReadableStream): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }))
    if (line !== '') lines.push(line);
  return lines;
}

/**
 * Finds the tracks that arguments name: each path once, in the order of the arguments. A file's name is taken as it is,
 * even where there is no such file.
 *
 * @param named - files of any ending, folders (searched for audio files), playlists, or `-` for one path per line on
 *   `input`
 * @param encoding - of playlists; null: found out. Default: null.
 * @param onNote - receives sentences about playlists whose encoding is not certain. Default: none.
 * @throws UsageError when an argument does not exist, or nothing is found
 */
export async function findTracks(
  named: string[],
  {
    allowOutside = false,
    encoding = null as TextEncoding | null,
    input = process.stdin as NodeJS.ReadableStream,
    onNote = (_note: string): void => {},
  } = {},
): Promise<string[]> {
  const tracks = new Set<string>();
  for (const name of named) {
    if (STANDARD_INPUT.includes(name)) {
      for (const line of await linesOf(input)) tracks.add(line);
      continue;
    }
    const found = await stat(name).catch(() => null);
    if (!found) throw new UsageError(`There is no file or folder ${name}; check the path.`);
    const paths = found.isDirectory()
      ? await tracksOfFolder(name)
      : PLAYLISTS.includes(extname(name).toLowerCase())
        ? await readPlaylist(name, allowOutside, encoding, onNote)
        : [name];
    for (const path of paths) tracks.add(path);
  }
  if (tracks.size === 0) {
    throw new UsageError(
      `No audio files were found in ${named.join(', ')}; audio files end in ${AUDIO_EXTENSIONS.join(', ')}.`,
    );
  }
  return [...tracks];
}

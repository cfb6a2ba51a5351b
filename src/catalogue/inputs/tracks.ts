/** Tracks from files, folders, playlists or a list on standard input. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { specialKind } from '../../audio/file-source.js';
import { AUDIO_EXTENSIONS } from '../../audio/media-types.js';
import { UsageError } from '../../base/errors.js';
import type { TextEncoding } from '../../text/encodings.js';
import { readPlaylist } from './playlist.js';

const PLAYLISTS = ['.m3u', '.m3u8'];

/** Name the list on standard input. */
const STANDARD_INPUT = ['-', '/dev/stdin'];

function isAudio(name: string): boolean {
  return AUDIO_EXTENSIONS.includes(extname(name).toLowerCase());
}

/** What macOS keeps of a file's attributes beside it on disks of other systems: named as audio, and none. */
const isAppleDouble = (name: string): boolean => name.startsWith('._');

/** What an entry is that is named as audio and no file, with links followed; null for a file or a broken link. */
async function specialEntry(path: string, entry: Dirent): Promise<string | null> {
  if (!entry.isSymbolicLink()) return specialKind(entry);
  const target = await stat(path).catch(() => null);
  return target && specialKind(target);
}

/** The audio files of a folder and the folders in it, by name; what is passed over is told to `log`. */
async function tracksOfFolder(folder: string, log: (line: string) => void): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const tracks: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    // A link to a folder is not followed: it may lead back.
    if (entry.isDirectory()) tracks.push(...(await tracksOfFolder(path, log)));
    else if (!isAudio(entry.name)) continue;
    else if (isAppleDouble(entry.name))
      log(`${path} holds attributes of macOS, no audio; it is passed over.`);
    else {
      const special = await specialEntry(path, entry);
      if (special === null) tracks.push(path);
      else log(`${path} is ${special}; it is passed over.`);
    }
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
 * @param log - receives a line for each entry of a folder that is named as audio and is no file
 * @throws UsageError when an argument does not exist, or nothing is found
 */
export async function findTracks(
  named: string[],
  {
    allowOutside = false,
    encoding = null as TextEncoding | null,
    input = process.stdin as NodeJS.ReadableStream,
    log = (_line: string): void => {},
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
      ? await tracksOfFolder(name, log)
      : PLAYLISTS.includes(extname(name).toLowerCase())
        ? await readPlaylist(name, allowOutside, encoding)
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

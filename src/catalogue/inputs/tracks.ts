/** Tracks from files, folders, playlists or a list on standard input. */
import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { AUDIO_EXTENSIONS } from '../../audio/media-types.js';
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { systemPath, textOfName } from '../../base/raw-names.js';
import type { TextEncoding } from '../../text/encodings.js';
import { readPlaylist } from './playlist.js';

const PLAYLISTS = ['.m3u', '.m3u8'];

/** Name the list on standard input. */
const STANDARD_INPUT = ['-', '/dev/stdin'];

function isAudio(name: string): boolean {
  return AUDIO_EXTENSIONS.includes(extname(name).toLowerCase());
}

/** What a search of folders passed over. */
interface LeftOut {
  /** Files of other kinds, by their ending. */
  endings: Map<string, number>;
  /** Files and folders whose name begins with a dot, as macOS's `._song.mp3`. */
  hidden: number;
  /** Named pipes, devices and sockets with the ending of audio. */
  special: string[];
  /** Links to folders, which are not followed: they may lead back. */
  links: number;
  /** Links to files that are tracks themselves. */
  doubles: number;
}

/** A file found in a folder. */
interface Found {
  path: string;
  /** Whether it is a link to a file. */
  isLink: boolean;
}

/** The audio files of a folder and the folders in it, by name. */
async function tracksOfFolder(folder: string, leftOut: LeftOut): Promise<Found[]> {
  const found = await readdir(systemPath(folder), { withFileTypes: true, encoding: 'buffer' });
  const entries = found.map((entry) => ({ entry, name: textOfName(entry.name) }));
  const tracks: Found[] = [];
  for (const { entry, name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, name);
    const state = (): Promise<Stats | null> => stat(systemPath(path)).catch(() => null);
    if (name.startsWith('.')) leftOut.hidden++;
    else if (entry.isDirectory()) tracks.push(...(await tracksOfFolder(path, leftOut)));
    else if (entry.isSymbolicLink() && (await state())?.isDirectory()) leftOut.links++;
    else if (!isAudio(name)) {
      const ending = extname(name).toLowerCase() || 'no ending';
      leftOut.endings.set(ending, (leftOut.endings.get(ending) ?? 0) + 1);
    } else {
      // A link that leads nowhere is a track with an error.
      const file = await state();
      if (file === null || file.isFile()) tracks.push({ path, isLink: entry.isSymbolicLink() });
      else leftOut.special.push(path);
    }
  }
  return tracks;
}

/** The path of a file without links; null where it leads nowhere. */
const realPathOf = (path: string): Promise<string | null> =>
  realpath(systemPath(path), 'buffer').then(textOfName, () => null);

/** The tracks without the links to files that are among them by their own names. */
async function withoutDoubles(found: readonly Found[], leftOut: LeftOut): Promise<string[]> {
  if (!found.some(({ isLink }) => isLink)) return found.map(({ path }) => path);
  const own = new Set<string | null>();
  for (const { path, isLink } of found) if (!isLink) own.add(await realPathOf(path));
  const kept: string[] = [];
  for (const { path, isLink } of found) {
    if (isLink && own.has(await realPathOf(path))) leftOut.doubles++;
    else kept.push(path);
  }
  return kept;
}

/** Sentences on what was passed over. */
function sentencesOf({ endings, hidden, special, links, doubles }: LeftOut): string[] {
  const sentences: string[] = [];
  const total = [...endings.values()].reduce((sum, count) => sum + count, 0);
  if (total > 0) {
    const byCount = [...endings].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const list = byCount.map(([ending, count]) => `${ending} ${count}`).join(', ');
    sentences.push(`Left out, as their names do not end like audio: ${list}.`);
  }
  if (hidden > 0) sentences.push(`Left out: ${hidden} hidden files and folders.`);
  if (links > 0)
    sentences.push(
      `Left out: ${countText(links, 'link to a folder', 'links to folders')}; name the folders themselves.`,
    );
  if (doubles > 0)
    sentences.push(
      `Left out: ${countText(doubles, 'link to a track', 'links to tracks')} of the same folder.`,
    );
  if (special.length > 0)
    sentences.push(
      `Left out, as they are pipes, devices or sockets: ${special.slice(0, 5).join(', ')}${special.length > 5 ? ', …' : ''}.`,
    );
  return sentences;
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
 * @param onNote - receives sentences about what folders hold besides, and playlists whose encoding is not certain
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
  const leftOut: LeftOut = { endings: new Map(), hidden: 0, special: [], links: 0, doubles: 0 };
  for (const name of named) {
    if (STANDARD_INPUT.includes(name)) {
      for (const line of await linesOf(input)) tracks.add(line);
      continue;
    }
    const found = await stat(name).catch(() => null);
    if (!found) throw new UsageError(`There is no file or folder ${name}; check the path.`);
    const paths = found.isDirectory()
      ? await withoutDoubles(await tracksOfFolder(name, leftOut), leftOut)
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
  sentencesOf(leftOut).forEach(onNote);
  return [...tracks];
}

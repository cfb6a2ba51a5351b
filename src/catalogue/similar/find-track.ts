/** Finds a track of a table by its path, its title or its artist. */
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest-name.js';
import type { IndexedTracks } from './embedding-index.js';

/** Tracks that a message lists. */
const LISTED = 10;

/** Folders and name; a table made under Windows separates them by backslashes. */
const segments = (path: string): string[] =>
  path.split(/[\\/]/).filter((part, i) => part !== '.' && (part !== '' || i === 0));

/** The last parts of a path. */
const endOf = (path: string, count: number): string => segments(path).slice(-count).join('/');

/** What a track can be found by. */
export type SearchedTracks = Pick<IndexedTracks, 'paths' | 'without'> &
  Partial<Pick<IndexedTracks, 'titles' | 'artists'>>;

/**
 * Index of a track, given its path in the table, the end of it (a name, or folders and a name), or else a part of its
 * path, title or artist, in any case; several words may be of different ones. Throws a UsageError that lists them when
 * several tracks match, and one with the nearest name when none does; also when the match has no embedding.
 */
export function findTrack(tracks: SearchedTracks, written: string): number {
  const { paths, without } = tracks;
  const found = trackByPath(tracks, written);
  if (found !== null) return found;
  const failed = [...without.keys()].find((path) => path === written || isEnd(path, written));
  if (failed !== undefined)
    throw new UsageError(`${failed} has no embedding in the table: ${without.get(failed)}`);
  if (paths.length === 0) throw new UsageError('The table has no track with an embedding.');
  const parts = tracksByPart(tracks, written);
  if (parts.length === 1) return parts[0];
  if (parts.length > 1)
    throw new UsageError(
      `${parts.length} tracks have "${written}" in their path, title or artist: ${listOf(tracks, parts)}. Write more of one of them.`,
    );
  const nearest = nearestTrack(tracks, written);
  throw new UsageError(
    `The table has no track with "${written}" in its path, title or artist, and there is no such file; the nearest name is ${describeTrack(tracks, nearest)}.`,
  );
}

const isEnd = (path: string, written: string): boolean => {
  const parts = segments(written);
  return endOf(path, parts.length) === parts.join('/');
};

/**
 * Index of the track whose path, or the end of it, is `written`; null where there is none. Throws a UsageError that
 * lists them when several end in it.
 */
export function trackByPath({ paths, ...rest }: SearchedTracks, written: string): number | null {
  const exact = paths.indexOf(written);
  if (exact >= 0) return exact;
  const found = paths.flatMap((path, row) => (isEnd(path, written) ? [row] : []));
  if (found.length === 0) return null;
  if (new Set(found.map((row) => paths[row])).size === 1) return found[0];
  throw new UsageError(
    `${found.length} tracks end in ${written}: ${listOf({ paths, ...rest }, found)}. Write more of the path.`,
  );
}

/** Rows of which every word of `written` is a part of the path, the title or the artist; all copies of a path are one. */
function tracksByPart({ paths, titles = [], artists = [] }: SearchedTracks, written: string): number[] {
  const words = written.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const seen = new Set<string>();
  return paths.flatMap((path, row) => {
    const text = [path, titles[row], artists[row]].join('\n').toLowerCase();
    if (!words.every((word) => text.includes(word)) || seen.has(path)) return [];
    seen.add(path);
    return [row];
  });
}

/** A track's path, with title and artist where they are known. */
function describeTrack({ paths, titles = [], artists = [] }: SearchedTracks, row: number): string {
  const names = [artists[row], titles[row]].filter((name) => name != null).join(': ');
  return names === '' ? paths[row] : `${paths[row]} (${names})`;
}

function listOf(tracks: SearchedTracks, rows: readonly number[]): string {
  const lines = rows.slice(0, LISTED).map((row) => describeTrack(tracks, row));
  return [...lines, ...(rows.length > LISTED ? [`and ${rows.length - LISTED} more`] : [])].join('; ');
}

/** The track one of whose names is nearest, whatever the folders are: that of its file, else its title or artist. */
function nearestTrack({ paths, titles = [], artists = [] }: SearchedTracks, written: string): number {
  const stem = (path: string): string => endOf(path, 1).replace(/\.\w+$/, '');
  const names = new Map<string, number>();
  for (const list of [paths.map(stem), titles, artists])
    list.forEach((name, row) => {
      if (name != null && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), row);
    });
  return names.get(nearestName(stem(written).toLowerCase(), [...names.keys()]))!;
}

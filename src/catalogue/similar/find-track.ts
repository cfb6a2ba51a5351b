/** Finds a track of a table by its path or the end of it. */
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../config/nearest.js';
import type { EmbeddingIndex } from './embedding-index.js';

/** Tracks that a message lists. */
const LISTED = 4;

/** Folders and name; a table made under Windows separates them by backslashes. */
const segments = (path: string): string[] =>
  path.split(/[\\/]/).filter((part, i) => part !== '.' && (part !== '' || i === 0));

/** The last parts of a path. */
const endOf = (path: string, count: number): string => segments(path).slice(-count).join('/');

/**
 * Index of a track, given its path in the table or the end of it (a name, or folders and a name) that only one track
 * has. Throws a UsageError when no track or several match, or the match has no embedding.
 */
export function findTrack(
  { paths, without }: Pick<EmbeddingIndex, 'paths' | 'without'>,
  written: string,
): number {
  const exact = paths.indexOf(written);
  if (exact >= 0) return exact;
  const parts = segments(written);
  const wanted = parts.join('/');
  const ends = (path: string): boolean => endOf(path, parts.length) === wanted;
  const found = paths.flatMap((path, row) => (ends(path) ? [row] : []));
  if (new Set(found.map((row) => paths[row])).size === 1) return found[0];
  if (found.length > 1) {
    const listed = found.slice(0, LISTED).map((row) => paths[row]);
    const more = found.length > LISTED ? `, and ${found.length - LISTED} more` : '';
    throw new UsageError(
      `${found.length} tracks end in ${written} (${listed.join(', ')}${more}); write more of the path.`,
    );
  }
  const failed = [...without.keys()].find((path) => path === written || ends(path));
  if (failed !== undefined)
    throw new UsageError(`${failed} has no embedding in the table: ${without.get(failed)}`);
  if (paths.length === 0) throw new UsageError('The table has no track with an embedding.');
  // Compared by as many path components as were given: a name alone is near to names, not to long paths.
  const nearest = nearestName(
    wanted,
    paths.map((path) => endOf(path, parts.length)),
  );
  const track = paths.find((path) => endOf(path, parts.length) === nearest);
  throw new UsageError(`The table has no track ${written}; the nearest is ${track}.`);
}

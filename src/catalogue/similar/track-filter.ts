/** Which tracks are wanted, by an expression such as `tag.vocal > 0.5 and duration < 300`. */
import { compileExpression } from 'filtrex';
import { lineOf, UsageError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest-name.js';
import type { IndexedTracks } from './embedding-index.js';

/** The tracks that a filter looks at. */
export type FilteredTracks = Pick<
  IndexedTracks,
  'paths' | 'titles' | 'artists' | 'albums' | 'durations' | 'labels' | 'scores'
>;

const TAG = 'tag.';

/** A property that is not known compares as false: an empty text, a number that is none. */
const properties = {
  path: ({ paths }: FilteredTracks, row: number): string => paths[row],
  title: ({ titles }: FilteredTracks, row: number): string => titles[row] ?? '',
  artist: ({ artists }: FilteredTracks, row: number): string => artists[row] ?? '',
  album: ({ albums }: FilteredTracks, row: number): string => albums[row] ?? '',
  duration: ({ durations }: FilteredTracks, row: number): number => durations[row] ?? Number.NaN,
};

/**
 * Compiles an expression in the language of the library filtrex, over `path`, `title`, `artist`, `album`, `duration`
 * (seconds) and `tag.NAME` (scores; in single quotes where the name has spaces). Texts stand in double quotes.
 *
 * @param tracks - with scores, where the expression names tags
 * @returns whether a row is wanted; it throws a UsageError where the expression cannot be computed
 * @throws UsageError for an expression that cannot be read, or that names something unknown
 */
export function compileFilter(expression: string, tracks: FilteredTracks): (row: number) => boolean {
  const { labels, scores } = tracks;
  const places = new Map(labels.map((label, place) => [`${TAG}${label}`, place]));
  const lookUp = (name: string, row: number): string | number => {
    if (Object.hasOwn(properties, name)) return properties[name as keyof typeof properties](tracks, row);
    const place = places.get(name);
    if (place !== undefined) return scores?.[row * labels.length + place] ?? Number.NaN;
    const nearest = nearestName(name, [...Object.keys(properties), ...places.keys()]);
    throw new UsageError(`--filter: there is no "${name}"; the nearest is "${nearest}".`);
  };
  let compute: (row: { row: number }) => unknown;
  try {
    compute = compileExpression(expression, {
      customProp: (name: string, _get: unknown, { row }: { row: number }) => lookUp(name, row),
    });
  } catch (error) {
    throw new UsageError(
      `--filter: ${JSON.stringify(expression)} cannot be read (${lineOf(error)}); write for example 'tag.vocal > 0.5 and duration < 300'.`,
    );
  }
  return (row) => {
    const value = compute({ row });
    if (value instanceof UsageError) throw value;
    if (value instanceof Error) throw new UsageError(`--filter: ${lineOf(value).replace(/\.?$/, '.')}`);
    if (typeof value !== 'boolean')
      throw new UsageError(`--filter: ${JSON.stringify(expression)} is not a comparison.`);
    return value;
  };
}

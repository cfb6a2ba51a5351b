/** What is similar to tracks of a catalogue, to files outside it, or to several of them at once. */
import { stat } from 'node:fs/promises';
import { UsageError } from '../../base/errors.js';
import type { TagRow } from '../row.js';
import type { EmbeddedFile } from './embed-file.js';
import type { IndexedTracks } from './embedding-index.js';
import { findTrack, trackByPath } from './find-track.js';

/** What neighbours may be kept from having in common with a query. */
export const SAME = ['artist', 'album'] as const;

/** A track, or a file outside the catalogue, that others are compared with. */
export interface Query extends Pick<TagRow, 'tops' | 'artist' | 'album'> {
  path: string;
  /** Of the catalogue; null for a file outside it. */
  row: number | null;
  /** What the model says of a file outside the catalogue. */
  embedded: EmbeddedFile | null;
}

/** A track that was found, with what it was compared by. */
export interface Found {
  row: number;
  /** Cosine similarity, from -1 to 1. */
  similarity?: number;
  /** Bits in which the codes differ. */
  distance?: number;
}

/** A way of comparing tracks. */
export interface Measure {
  /** What `--json` says of it. */
  readonly description: Readonly<Record<string, string | number>>;
  /** The nearest tracks to one query, or to all of several together; nearest first, of equals the smaller row. */
  nearest(queries: readonly Query[], count: number, wanted: (row: number) => boolean): Promise<Found[]>;
}

/** How neighbours are chosen. */
export interface SimilarOptions {
  count: number;
  /** Neighbours of an artist, or of an album, of a query are left out. Default: they stay. */
  exclude?: (typeof SAME)[number];
  /** Whether one answer is given to all queries. Default: false. */
  isTogether?: boolean;
  /** Which rows may be given. Default: all. */
  wanted?: (row: number) => boolean;
  /** For files outside the catalogue: the model that made it. Default: the one that the catalogue names. */
  model?: string;
  log: (line: string) => void;
  signal: AbortSignal;
}

/** What was asked about, and the nearest tracks. */
export interface Answer {
  /** Paths of the queries: one, or all of them together. */
  paths: string[];
  /** The top tags of a single query. */
  tops: string[];
  neighbours: Found[];
}

/** A track that was found, with what a person reads of it. */
export interface FoundTrack extends Omit<Found, 'row'>, Pick<TagRow, 'path' | 'title' | 'artist' | 'tops'> {}

/** Artist and title of a track, as far as they are known. */
export const nameOf = ({ artist, title }: Pick<FoundTrack, 'artist' | 'title'>): string =>
  [artist, title].filter((name) => name !== null).join(': ');

/** An answer without the catalogue that it comes from. */
export interface ToldAnswer extends Omit<Answer, 'neighbours'> {
  neighbours: FoundTrack[];
}

/** Adds to each neighbour what the catalogue says of it. */
export function tell(
  { paths, titles, artists, tops }: Pick<IndexedTracks, 'paths' | 'titles' | 'artists' | 'tops'>,
  answers: readonly Answer[],
): ToldAnswer[] {
  return answers.map(({ neighbours, ...answer }) => ({
    ...answer,
    neighbours: neighbours.map(({ row, ...found }) => ({
      ...{ path: paths[row], title: titles[row], artist: artists[row], tops: tops[row] },
      ...found,
    })),
  }));
}

/**
 * Answers each query in turn, or all together. A query's own track is never among its neighbours.
 *
 * @param queries - what `findTrack` finds, or files outside the catalogue, for which the model is opened
 * @throws UsageError for a query that is not found, or whose album or artist is to be left out and is not known
 */
export async function answersTo(
  tracks: IndexedTracks,
  measure: Measure,
  queries: readonly string[],
  options: SimilarOptions,
): Promise<Answer[]> {
  const { count, exclude, isTogether, wanted = () => true } = options;
  const found = await findQueries(tracks, queries, options);
  const answers: Answer[] = [];
  for (const group of isTogether ? [found] : found.map((query) => [query])) {
    const own = new Set(group.map(({ row }) => row));
    const isOther = exclude ? othersThan(tracks, group, exclude) : () => true;
    const isWanted = (row: number): boolean => !own.has(row) && isOther(row) && wanted(row);
    answers.push({
      paths: group.map(({ path }) => path),
      tops: group.length === 1 ? group[0].tops : [],
      neighbours: await measure.nearest(group, count, isWanted),
    });
  }
  return answers;
}

/** Each query; the model is opened only for files outside the catalogue. */
async function findQueries(
  tracks: IndexedTracks,
  queries: readonly string[],
  { model, log, signal }: SimilarOptions,
): Promise<Query[]> {
  const outside = new Set<string>();
  for (const query of queries)
    if (trackByPath(tracks, query) === null && !tracks.without.has(query) && (await isFile(query)))
      outside.add(query);
  // Loaded when wanted: models take as long to load as everything else here.
  const embedder =
    outside.size > 0 ? await (await import('./embed-file.js')).openEmbedder(tracks, model, log) : null;
  try {
    const found: Query[] = [];
    for (const query of queries) {
      if (embedder && outside.has(query)) {
        const embedded = await embedder.embed(query, signal);
        const { tops, artist, album } = embedded;
        found.push({ path: query, row: null, tops, artist, album, embedded });
        continue;
      }
      const row = findTrack(tracks, query);
      const [path, tops] = [tracks.paths[row], tracks.tops[row]];
      const [artist, album] = [tracks.artists[row], tracks.albums[row]];
      found.push({ path, row, tops, artist, album, embedded: null });
    }
    return found;
  } finally {
    embedder?.dispose();
  }
}

/** Whether there is a file of that name. */
export const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() ?? false;

/** The artist, or the album, of a query. Throws a UsageError where it is not known. */
export function requireKnown(
  query: Pick<Query, 'path' | 'artist' | 'album'>,
  what: (typeof SAME)[number],
): string {
  const { path, [what]: name } = query;
  if (name === null)
    throw new UsageError(`--exclude ${what}: the ${what} of ${path} is not known; leave the option out.`);
  return name;
}

/** Whether a row has another artist, or another album, than all queries. */
function othersThan(
  tracks: IndexedTracks,
  queries: readonly Query[],
  what: (typeof SAME)[number],
): (row: number) => boolean {
  const plain = (name: string): string => name.normalize('NFC').toLowerCase().trim();
  const names = new Set(queries.map((query) => plain(requireKnown(query, what))));
  const known = what === 'artist' ? tracks.artists : tracks.albums;
  return (row) => {
    const name = known[row];
    return name === null || !names.has(plain(name));
  };
}

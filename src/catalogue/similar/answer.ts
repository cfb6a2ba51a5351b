/** What is similar to tracks of a table, to files outside it, or to several of them at once. */
import { stat } from 'node:fs/promises';
import { UsageError } from '../../base/errors.js';
import { type EmbeddedFile, openEmbedder } from './embed-file.js';
import { type EmbeddingIndex, normalise } from './embedding-index.js';
import { findTrack, trackByPath } from './find-track.js';
import { type Neighbour, nearestTracks } from './nearest-tracks.js';

/** What tracks are compared by. */
export const COMPARED_BY = ['embedding', 'tags'] as const;

/** What neighbours may be kept from having in common with a query. */
export const SAME = ['artist', 'album'] as const;

/** How neighbours are chosen. */
export interface SimilarOptions {
  count: number;
  /** Least cosine similarity. Default: -1. */
  above?: number;
  /** The embedding, or the tags' scores, of which both give a cosine. Default: the embedding. */
  by?: (typeof COMPARED_BY)[number];
  /** Neighbours of an artist, or of an album, of a query are left out. Default: they stay. */
  exclude?: (typeof SAME)[number];
  /** Whether one answer is given to all queries, by the mean of their directions. Default: false. */
  isTogether?: boolean;
  /** Which rows may be given. Default: all. */
  wanted?: (row: number) => boolean;
  /** For files outside the table: the model that made it. Default: the one that the table names. */
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
  neighbours: Neighbour[];
}

/** A query, found. */
interface Query extends Omit<EmbeddedFile, 'scores'> {
  path: string;
  /** Of the index; null for a file outside it. */
  row: number | null;
  scores: Float32Array | null;
}

/**
 * Answers each query in turn, or all together. A query's own track is never among its neighbours.
 *
 * @param index - with scores where tracks are compared by tags
 * @param queries - what `findTrack` finds, or files outside the table, for which the model is opened
 * @throws UsageError for a query that is not found, or whose album or artist is to be left out and is not known
 */
export async function answersTo(
  index: EmbeddingIndex,
  queries: readonly string[],
  options: SimilarOptions,
): Promise<Answer[]> {
  const found = await findQueries(index, queries, options);
  const space = options.by === 'tags' ? tagSpace(index) : index;
  return (options.isTogether ? [found] : found.map((query) => [query])).map((group) => ({
    paths: group.map(({ path }) => path),
    tops: group.length === 1 ? group[0].tops : [],
    neighbours: neighboursOf(index, space, group, options),
  }));
}

/** Each query with its vectors; the model is opened only for files outside the table. */
async function findQueries(
  index: EmbeddingIndex,
  queries: readonly string[],
  { model, log, signal }: SimilarOptions,
): Promise<Query[]> {
  const { length, labels } = index;
  const outside = new Set<string>();
  for (const query of queries)
    if (trackByPath(index, query) === null && !index.without.has(query) && (await isFile(query)))
      outside.add(query);
  const embedder = outside.size > 0 ? await openEmbedder(index, model, log) : null;
  try {
    const found: Query[] = [];
    for (const query of queries) {
      if (embedder && outside.has(query)) {
        found.push({ path: query, row: null, ...(await embedder.embed(query, signal)) });
        continue;
      }
      const row = findTrack(index, query);
      found.push({
        ...{ path: index.paths[row], row, tops: index.tops[row] },
        ...{ artist: index.artists[row], album: index.albums[row] },
        unit: index.unit.subarray(row * length, (row + 1) * length),
        scores: index.scores?.subarray(row * labels.length, (row + 1) * labels.length) ?? null,
      });
    }
    return found;
  } finally {
    embedder?.dispose();
  }
}

/** Whether there is a file of that name. */
export const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() ?? false;

function neighboursOf(
  index: EmbeddingIndex,
  space: Pick<EmbeddingIndex, 'unit' | 'length' | 'paths'>,
  queries: readonly Query[],
  { count, above, by, exclude, wanted = () => true }: SimilarOptions,
): Neighbour[] {
  const own = new Set(queries.map(({ row }) => row));
  const isOther = exclude ? othersThan(index, queries, exclude) : () => true;
  const vectors =
    by === 'tags' ? queries.map(({ scores }) => unitOf(scores!)) : queries.map(({ unit }) => unit);
  return nearestTracks(space, vectors.length === 1 ? vectors[0] : directionOf(vectors), {
    ...{ count, above },
    wanted: (row) => !own.has(row) && isOther(row) && wanted(row),
  });
}

/** Whether a row has another artist, or another album, than all queries. */
function othersThan(
  index: EmbeddingIndex,
  queries: readonly Query[],
  what: (typeof SAME)[number],
): (row: number) => boolean {
  const plain = (name: string): string => name.normalize('NFC').toLowerCase().trim();
  const names = new Set<string>();
  for (const { path, [what]: name } of queries) {
    if (name === null)
      throw new UsageError(`--exclude ${what}: the ${what} of ${path} is not known; leave the option out.`);
    names.add(plain(name));
  }
  const known = what === 'artist' ? index.artists : index.albums;
  return (row) => {
    const name = known[row];
    return name === null || !names.has(plain(name));
  };
}

const unitOf = (values: Float32Array): Float32Array => {
  const unit = Float32Array.from(values);
  normalise(unit);
  return unit;
};

/** The direction of the mean. */
function directionOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i] += vector[i];
  normalise(sum);
  return sum;
}

/** The tags' scores as directions. */
function tagSpace({
  scores,
  labels,
  paths,
}: EmbeddingIndex): Pick<EmbeddingIndex, 'unit' | 'length' | 'paths'> {
  const length = labels.length;
  const unit = Float32Array.from(scores!);
  for (let row = 0; row < paths.length; row++) normalise(unit.subarray(row * length, (row + 1) * length));
  return { unit, length, paths };
}

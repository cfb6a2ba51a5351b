/** What tracks are compared by: their embeddings, the codes of these, or the scores of their tags. */
import { UsageError } from '../../base/errors.js';
import type { Found, Measure, Query } from './answer.js';
import { majorityCode, takesWhole } from './codes/query-codes.js';
import { type EmbeddingIndex, type IndexedTracks, loadEmbeddings, normalise } from './embedding-index.js';
import { type CodeIndex, IndexFolder, isIndex, requireFinished } from './index-folder.js';
import { nearestTracks } from './nearest-tracks.js';
import type { VectorGraph } from './vector-graph.js';

/** What tracks can be compared by. */
export const COMPARED_BY = ['embedding', 'code', 'tags'] as const;

/** Codes that are compared by their embeddings after all; Schlüter (ISMIR 2013) filters by codes, then refines. */
export const RERANKED = 1000;

/** Tracks that a graph gives, at least, and at most before every track is compared. */
const [CANDIDATES, MOST_CANDIDATES] = [128, 8192];

export interface MeasureOptions {
  /** Default: the embedding, or the code where an index has no embeddings. */
  by?: (typeof COMPARED_BY)[number];
  /** Least cosine similarity. Default: -1. */
  above?: number;
  /** Largest distance of codes. Default: any. */
  within?: number;
  /** Whether the tracks of the nearest codes are put in the order of their embeddings' cosine. Default: false. */
  rerank?: boolean;
  /** Whether every track is compared although the index has a graph. Default: false. */
  exact?: boolean;
}

/** Throws a UsageError for limits that are not of what is compared. */
export function requireFitting({ by, above, within, rerank }: MeasureOptions): void {
  if (by !== 'code' && (within !== undefined || rerank))
    throw new UsageError(`--${rerank ? 'rerank' : 'within'} is for codes; add --by code.`);
  if (by === 'code' && above !== undefined && !rerank)
    throw new UsageError('--above is a cosine similarity; of codes give --within, or add --rerank.');
}

/** Throws a UsageError for a distance that codes of so many bits cannot have. */
export function requireDistance(within: number | undefined, bits: number): void {
  if (within !== undefined && within > bits)
    throw new UsageError(
      `--within: codes of ${bits} bits differ in at most ${bits}, not ${within}; give less, or leave the option out.`,
    );
}

/**
 * Opens a catalogue for comparison.
 *
 * @param path - an index, or a table with embeddings
 * @param options.scores - whether the tags' scores are read in any case
 * @throws UsageError for options that do not go together or that the catalogue has nothing for; Failure for damage
 */
export async function openMeasure(
  path: string,
  {
    by: asked,
    above,
    within,
    rerank = false,
    exact = false,
    scores = false,
  }: MeasureOptions & { scores?: boolean },
): Promise<{ tracks: IndexedTracks; measure: Measure }> {
  const index = (await isIndex(path)) ? await IndexFolder.open(path) : null;
  if (!index) await requireFinished(path);
  const by = asked ?? (index?.hasVectors === false ? 'code' : 'embedding');
  requireFitting({ by, above, within, rerank });
  if (by === 'code') {
    if (!index)
      throw new UsageError(
        `${path} is a table, which has no codes; make an index with "polytag index build ${path} --hash itq --out INDEX".`,
      );
    const tracks = await index.codes(scores);
    requireDistance(within, tracks.hasher.bits);
    if (rerank && !tracks.readVectors)
      throw new UsageError(`The index ${path} holds codes alone, so that --rerank has no embeddings.`);
    return {
      tracks,
      measure: rerank ? rerankedCodes(tracks, within, above) : distanceOfCodes(tracks, within),
    };
  }
  if (by === 'tags') {
    const tracks = index ? await index.tracks(true) : await loadEmbeddings(path, { scores: true });
    return { tracks, measure: cosineOfTags(tracks, above) };
  }
  const graph = exact ? null : await index?.graph();
  if (index && graph) {
    const tracks = await index.tracks(scores);
    return { tracks, measure: approximateCosine(index, tracks, graph, above) };
  }
  const tracks = index ? await index.embeddings(scores) : await loadEmbeddings(path, { scores });
  const measure = cosineOfEmbeddings(tracks, above);
  if (exact || !index?.hasGraph) return { tracks, measure };
  // The package that reads the graph is missing.
  return { tracks, measure: { ...measure, description: { ...measure.description, search: 'exact' } } };
}

/** Exact cosine of embeddings; several queries stand for the mean of their directions. */
export function cosineOfEmbeddings(tracks: EmbeddingIndex, above?: number): Measure {
  const { unit, length } = tracks;
  return {
    description: { by: 'embedding', measure: 'cosine' },
    nearest: async (queries, count, wanted) => {
      const vectors = queries.map(
        ({ row, embedded }) => embedded?.unit ?? unit.subarray(row! * length, (row! + 1) * length),
      );
      return nearestTracks(tracks, directionOf(vectors), { count, above, wanted });
    },
  };
}

/**
 * Cosine of about the nearest tracks, which a graph finds; the cosines are exact. Where a filter leaves too few of them,
 * every track is compared.
 */
export function approximateCosine(
  index: IndexFolder,
  { length, paths }: IndexedTracks,
  graph: VectorGraph,
  above?: number,
): Measure {
  // Read once, for all queries that the graph does not serve.
  let everything: Promise<EmbeddingIndex> | null = null;
  return {
    description: { by: 'embedding', measure: 'cosine', search: 'approximate' },
    nearest: async (queries, count, wanted) => {
      const vectors: Float32Array[] = [];
      for (const { row, embedded } of queries) vectors.push(embedded?.unit ?? (await index.vectors([row!])));
      const query = directionOf(vectors);
      for (let asked = Math.max(CANDIDATES, 2 * count); asked < paths.length; asked *= 4) {
        const rows = graph.near(query, asked).filter(wanted);
        if (rows.length < count && asked < MOST_CANDIDATES) continue;
        if (rows.length < count) break;
        const near = { unit: await index.vectors(rows), length };
        return nearestTracks(near, query, { count, above }).map(({ row, similarity }) => ({
          ...{ row: rows[row], similarity },
        }));
      }
      everything ??= index.embeddings(false);
      return nearestTracks(await everything, query, { count, above, wanted });
    },
  };
}

/** Exact cosine of the tags' scores. */
export function cosineOfTags({ scores, labels, paths }: IndexedTracks, above?: number): Measure {
  const length = labels.length;
  const unit = Float32Array.from(scores!);
  for (let row = 0; row < paths.length; row++) normalise(unit.subarray(row * length, (row + 1) * length));
  return {
    description: { by: 'tags', measure: 'cosine' },
    nearest: async (queries, count, wanted) => {
      const vectors = queries.map(({ row, embedded }) =>
        embedded ? unitOf(embedded.scores) : unit.subarray(row! * length, (row! + 1) * length),
      );
      return nearestTracks({ unit, length }, directionOf(vectors), { count, above, wanted });
    },
  };
}

/** Exact Hamming distance of codes. */
export function distanceOfCodes(index: CodeIndex, within?: number): Measure {
  return {
    description: { by: 'code', measure: 'hamming', bits: index.hasher.bits },
    nearest: async (queries, count, wanted) =>
      index.codes.nearest(await codeOf(index, queries), { count, within, wanted }),
  };
}

/** Exact cosine of the tracks whose codes are nearest; only their vectors are read. */
export function rerankedCodes(index: CodeIndex, within?: number, above?: number): Measure {
  const { codes, length } = index;
  return {
    description: { by: 'code', measure: 'cosine', bits: index.hasher.bits, candidates: RERANKED },
    nearest: async (queries, count, wanted) => {
      const candidates = codes
        .nearest(await codeOf(index, queries), { count: Math.max(count, RERANKED), within, wanted })
        .sort((a, b) => a.row - b.row);
      const rows = candidates.map(({ row }) => row);
      const near = { unit: await index.readVectors!(rows), length };
      const query = directionOf(await vectorsOf(index, queries));
      return nearestTracks(near, query, { count, above }).map(
        ({ row, similarity }): Found => ({ ...candidates[row], similarity }),
      );
    },
  };
}

/**
 * The code of a track or a file; of several, that of the mean of their directions, or, of a model's own codes, the
 * majority of each bit.
 */
async function codeOf(index: CodeIndex, queries: readonly Query[]): Promise<Uint32Array> {
  const { codes, hasher } = index;
  const storedCode = (row: number): Uint32Array =>
    codes.view().slice(row * codes.words, (row + 1) * codes.words);
  const [{ row }] = queries;
  if (queries.length === 1 && row !== null) return storedCode(row);
  if (takesWhole(hasher)) {
    const own = queries.map(({ row: known, embedded }) =>
      known === null ? hasher.encode(embedded!.embedding, 1) : storedCode(known),
    );
    return majorityCode(own, hasher.bits);
  }
  return hasher.encode(directionOf(await vectorsOf(index, queries)), 1);
}

async function vectorsOf({ readVectors }: CodeIndex, queries: readonly Query[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const { row, embedded } of queries) {
    if (row !== null && !readVectors)
      throw new UsageError(
        'The index holds codes alone, of which no mean can be taken; leave --together out.',
      );
    vectors.push(row === null ? embedded!.unit : await readVectors!([row]));
  }
  return vectors;
}

const unitOf = (values: Float32Array): Float32Array => {
  const unit = Float32Array.from(values);
  normalise(unit);
  return unit;
};

/** The direction of the mean of unit vectors. */
export function directionOf(vectors: readonly Float32Array[]): Float32Array {
  if (vectors.length === 1) return vectors[0];
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i] += vector[i];
  normalise(sum);
  return sum;
}

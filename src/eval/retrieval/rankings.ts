/** What embeddings find of a database: by cosine, by a network's own code, and by hash learners at several lengths. */
import { UsageError } from '../../base/errors.js';
import {
  fitHasher,
  type Hasher,
  type HashLearnerSpec,
  type HashTraining,
} from '../../models/hashing/index.js';
import { NETWORK } from '../../models/hashing/network.js';
import { meanOfDefined } from '../means.js';
import type { RankingRecord, RetrievalRecord } from '../metrics.js';
import { cosineDistances, hammingDistances, type QueryDistances } from './distances.js';
import { evaluateRetrieval, type LabelledRows, type Queries, type RetrievalMetrics } from './evaluate.js';

/** The ranking by the embeddings themselves. */
export const COSINE = 'cosine';

/** Of the precision of the first results. */
const PRECISION_AT = [1, 10];

/** Rows with labels and embeddings, row-major [rows × width]. */
export interface EmbeddedRows extends LabelledRows {
  embeddings: Float32Array;
  width: number;
}

/** Hashers fitted to a database, with its codes. */
export interface FittedRankings {
  database: EmbeddedRows;
  codes: { method: string; hasher: Hasher; codes: Uint32Array }[];
  skipped: RetrievalRecord['skipped'];
}

/** What to fit. */
export interface RankingOptions {
  learners: readonly HashLearnerSpec[];
  bits: readonly number[];
  seed: number;
  /** Of a model with a hash layer. */
  network?: Hasher;
}

/** Fits each learner at each length to a database, and encodes it. */
export function fitRankings(
  database: EmbeddedRows,
  { learners, bits: lengths, seed, network }: RankingOptions,
): FittedRankings {
  const rows = database.ids.length;
  const fitted: FittedRankings = { database, codes: [], skipped: [] };
  const add = (method: string, hasher: Hasher): void => {
    fitted.codes.push({ method, hasher, codes: hasher.encode(database.embeddings, rows) });
  };
  if (network) add(NETWORK, network);
  for (const spec of learners)
    for (const bits of lengths) {
      const { embeddings, width, labels } = database;
      const training: HashTraining = { embeddings, rows, width, labels, bits, seed };
      try {
        add(spec.kind, fitHasher(spec, training));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        fitted.skipped.push({ method: spec.kind, bits, reason: error.message });
      }
    }
  return fitted;
}

/** Milliseconds for which comparisons are repeated before and while they are timed. */
const TIMED = 5;

/** How long a query takes, by repeating all of them; the first repetitions, in which the engine compiles, do not count. */
function microsecondsOf({ distancesOf }: QueryDistances, queries: number): number {
  if (queries === 0) return 0;
  const repeat = (): number => {
    const begin = performance.now();
    let rounds = 0;
    let passed = 0;
    for (; passed < TIMED; passed = performance.now() - begin, rounds++)
      for (let query = 0; query < queries; query++) distancesOf(query);
    return (1000 * passed) / (rounds * queries);
  };
  repeat();
  return repeat();
}

/**
 * Ranks the database for every query, in every way.
 *
 * @param options.names - of the labels
 * @param options.samples - of the bootstrap over the queries' groups
 */
export function measureRankings(
  { database, codes, skipped }: FittedRankings,
  queries: EmbeddedRows & Queries,
  { names, samples, seed }: { names: readonly string[]; samples: number; seed: number },
): RetrievalRecord {
  const count = queries.ids.length;
  const options = { ks: PRECISION_AT, samples, seed };
  const measure = (
    method: string,
    size: Pick<RankingRecord, 'bits' | 'bytes'>,
    distances: QueryDistances,
  ): RankingRecord & Pick<RetrievalMetrics, 'without_relevant'> => {
    const query_us = microsecondsOf(distances, count);
    const { metrics, perQuery } = evaluateRetrieval(queries, database, distances, options);
    const { targets, count: columns } = queries.labels;
    const by_label = names.map((label, column) => {
      const own = perQuery.filter((_, query) => targets[query * columns + column] === 1);
      return {
        label,
        queries: own.length,
        map: meanOfDefined(own.map((scores) => scores?.averagePrecision ?? null)),
      };
    });
    const { map, precision_at, within_radius, without_relevant } = metrics;
    return { method, ...size, query_us, map, precision_at, within_radius, by_label, without_relevant };
  };
  const { width } = database;
  const exact = measure(
    COSINE,
    { bits: null, bytes: 4 * width },
    cosineDistances(queries.embeddings, database.embeddings, width),
  );
  const hashed = codes.map(({ method, hasher, codes: items }) => {
    const { bits, words } = hasher;
    const own = hasher.encode(queries.embeddings, count);
    return measure(method, { bits, bytes: 4 * words }, hammingDistances(own, items, { words, bits }));
  });
  return {
    database: database.ids.length,
    queries: count,
    without_relevant: exact.without_relevant,
    rankings: [exact, ...hashed].map(({ without_relevant: _, ...ranking }) => ranking),
    skipped,
  };
}

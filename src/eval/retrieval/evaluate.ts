/** How well queries find relevant items of a database: mean metrics with intervals. */
import { randomGenerator } from '../../base/random.js';
import type { RowLabels } from '../../models/hashing/index.js';
import { numberGroups, percentileInterval, resampleGroups } from '../bootstrap.js';
import { meanOfDefined } from '../means.js';
import type { QueryMean, RankingRecord } from '../metrics.js';
import type { QueryDistances } from './distances.js';
import { averagePrecisionOverTies, precisionAt, withinRadius } from './metrics.js';
import { type RankedItems, rankByDistance, rankByWholeDistance, type TiedRanking } from './tied-ranking.js';

/** Rows with labels: an item is relevant to a query when they share one. For classes, each row has one label. */
export interface LabelledRows {
  /** An item with a query's id is left out of its ranking. */
  ids: readonly string[];
  labels: RowLabels;
}

/** Queries; `groups` names the song (or artist) of each, which intervals resample. */
export interface Queries extends LabelledRows {
  groups: readonly string[];
}

/** What to measure. */
export interface RetrievalOptions {
  /** Of precision@k. Default: [1, 10, 100]. */
  ks?: readonly number[];
  /** Of precision and recall within a Hamming radius, for whole distances. Default: 2. */
  radius?: number;
  /** Resamples of the intervals. Default: 1000; 0 for no intervals. */
  samples?: number;
  /** Default: 0. */
  seed?: number;
}

/** One query's metrics. */
export interface QueryScores {
  averagePrecision: number;
  /** In the order of `ks`. */
  precisions: number[];
  /** Precision, recall and number of items within the radius; null for distances that are not whole. */
  within: { precision: number; recall: number; items: number } | null;
}

/** Means over the queries that have a relevant item. */
export interface RetrievalMetrics extends Pick<RankingRecord, 'map' | 'precision_at' | 'within_radius'> {
  queries: number;
  /** Queries without a relevant item in the database, which are left out. */
  without_relevant: number;
}

/**
 * Ranks the database by each query's distances and takes means over queries. Ties count as the mean over their orders.
 * `perQuery` has null for queries without a relevant item. Throws RangeError where rows differ in number.
 */
export function evaluateRetrieval(
  queries: Queries,
  database: LabelledRows,
  { distancesOf, largest }: QueryDistances,
  { ks = [1, 10, 100], radius = 2, samples = 1000, seed = 0 }: RetrievalOptions = {},
): { metrics: RetrievalMetrics; perQuery: (QueryScores | null)[] } {
  if (queries.groups.length !== queries.ids.length)
    throw new RangeError(`There are ${queries.groups.length} groups for ${queries.ids.length} queries.`);
  const relevance = relevanceTo(database, queries);
  const perQuery = queries.ids.map((_, query) => {
    const items = relevance(query);
    const distances = distancesOf(query);
    const ranking =
      largest === null ? rankByDistance(distances, items) : rankByWholeDistance(distances, items, largest);
    return scoresOf(ranking, ks, largest === null ? null : radius);
  });
  const estimate = estimator(perQuery, queries.groups, samples, seed);
  const scored = perQuery.filter((scores) => scores !== null);
  return {
    perQuery,
    metrics: {
      queries: queries.ids.length,
      without_relevant: queries.ids.length - scored.length,
      map: estimate(({ averagePrecision }) => averagePrecision),
      precision_at: Object.fromEntries(ks.map((k, i) => [k, estimate(({ precisions }) => precisions[i])])),
      within_radius:
        largest === null
          ? null
          : {
              radius,
              precision: estimate(({ within }) => within!.precision),
              recall: estimate(({ within }) => within!.recall),
              empty: meanOfDefined(scored.map(({ within }) => (within!.items === 0 ? 1 : 0))),
            },
    },
  };
}

function scoresOf(ranking: TiedRanking, ks: readonly number[], radius: number | null): QueryScores | null {
  const averagePrecision = averagePrecisionOverTies(ranking);
  if (averagePrecision === null) return null;
  const precisions = ks.map((k) => precisionAt(ranking, k));
  if (radius === null) return { averagePrecision, precisions, within: null };
  const { items, precision, recall } = withinRadius(ranking, radius);
  return { averagePrecision, precisions, within: { items, precision, recall: recall! } };
}

/** Gives a mean over queries and its interval, from the same resamples of groups for every metric. */
function estimator(
  perQuery: readonly (QueryScores | null)[],
  groupNames: readonly string[],
  samples: number,
  seed: number,
): (metric: (scores: QueryScores) => number) => QueryMean {
  const grouping = numberGroups(groupNames);
  return (metric) => {
    const values = perQuery.map((scores) => scores && metric(scores));
    const resampled: (number | null)[] = [];
    if (grouping.groups > 1)
      for (const weights of resampleGroups(grouping, samples, randomGenerator(seed, 'bootstrap')))
        resampled.push(meanOfDefined(values, weights));
    return { value: meanOfDefined(values), ci95: percentileInterval(resampled) };
  };
}

/** Gives the items that are relevant to a query, and those with its id; the arrays are reused for the next query. */
function relevanceTo(database: LabelledRows, queries: LabelledRows): (query: number) => RankedItems {
  const { targets, count } = database.labels;
  if (queries.labels.count !== count)
    throw new RangeError(`Queries have ${queries.labels.count} labels, the database ${count}.`);
  requireRows(database, 'database');
  requireRows(queries, 'queries');
  const rowsOfLabel = Array.from({ length: count }, (_, label) =>
    Uint32Array.from(database.ids.keys()).filter((row) => targets[row * count + label] === 1),
  );
  const rowsOfId = new Map<string, number[]>();
  for (const [row, id] of database.ids.entries()) {
    const rows = rowsOfId.get(id);
    if (rows) rows.push(row);
    else rowsOfId.set(id, [row]);
  }
  const relevant = new Uint8Array(database.ids.length);
  const excluded = new Uint8Array(database.ids.length);
  return (query) => {
    relevant.fill(0);
    excluded.fill(0);
    for (let label = 0; label < count; label++)
      if (queries.labels.targets[query * count + label] === 1)
        for (const row of rowsOfLabel[label]) relevant[row] = 1;
    for (const row of rowsOfId.get(queries.ids[query]) ?? []) excluded[row] = 1;
    return { relevant, excluded };
  };
}

function requireRows({ ids, labels }: LabelledRows, what: string): void {
  if (labels.targets.length !== ids.length * labels.count)
    throw new RangeError(
      `The labels of the ${what} hold ${labels.targets.length} values, not ${ids.length} rows of ${labels.count}.`,
    );
}

/** Retrieval over several runs of one experiment that differ in their seed. */
import { studentQuantile } from '../difference/p-values.js';
import { spread } from '../means.js';
import type { Interval, RankingRecord, RetrievalRecord } from '../metrics.js';
import { COSINE } from './rankings.js';

/** A mean over seeds, with the 95 % interval of Student's t; no interval of a single seed. */
export interface SeedMean {
  value: number | null;
  deviation: number | null;
  interval: Interval | null;
}

/** One way of ranking, over seeds. */
export interface RankingSummary
  extends Pick<RankingRecord, 'method' | 'bits' | 'bytes'>,
    Record<'map' | 'precisionAt10' | 'radiusPrecision' | 'radiusRecall' | 'queryMicroseconds', SeedMean> {
  byLabel: { label: string; map: SeedMean }[];
}

function seedMean(values: readonly (number | null)[]): SeedMean {
  const found = spread(values);
  if (!found) return { value: null, deviation: null, interval: null };
  const { mean: value, deviation } = found;
  if (deviation === null) return { value, deviation, interval: null };
  const count = values.filter((one) => one !== null).length;
  const margin = (studentQuantile(0.975, count - 1) * deviation) / Math.sqrt(count);
  return { value, deviation, interval: [value - margin, value + margin] };
}

/** Means of every ranking that the first record has over all records that have it. */
export function summariseRankings(records: readonly RetrievalRecord[]): RankingSummary[] {
  return (records[0]?.rankings ?? []).map(({ method, bits, bytes, by_label }) => {
    const same = records.flatMap(({ rankings }) =>
      rankings.filter((one) => one.method === method && one.bits === bits),
    );
    const mean = (of: (ranking: RankingRecord) => number | null | undefined): SeedMean =>
      seedMean(same.map((ranking) => of(ranking) ?? null));
    return {
      ...{ method, bits, bytes },
      map: mean(({ map }) => map.value),
      precisionAt10: mean(({ precision_at }) => precision_at[10]?.value),
      radiusPrecision: mean(({ within_radius }) => within_radius?.precision.value),
      radiusRecall: mean(({ within_radius }) => within_radius?.recall.value),
      queryMicroseconds: mean(({ query_us }) => query_us),
      byLabel: by_label.map(({ label }, i) => ({ label, map: mean((ranking) => ranking.by_label[i]?.map) })),
    };
  });
}

/** A ranking's name in tables and charts: `cosine`, `own code, 64 bits`, `itq, 64 bits`. */
export function rankingName({ method, bits }: Pick<RankingRecord, 'method' | 'bits'>): string {
  if (method === COSINE) return 'cosine of embeddings';
  return `${methodName(method)}, ${bits} bits`;
}

/** Name of a way of ranking at any length. */
export function methodName(method: string): string {
  if (method === COSINE) return 'cosine of embeddings';
  return method === 'network' ? 'the model’s own code' : method.toUpperCase();
}

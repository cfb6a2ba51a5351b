/**
 * Metrics of one query's ranking as means over all orders of equal distances, in closed form (McSherry and Najork,
 * "Computing information retrieval performance measures efficiently in the presence of tied scores", ECIR 2008).
 */
import type { TiedRanking } from './tied-ranking.js';

/** How many items are relevant. */
export const relevantItems = ({ relevant }: TiedRanking): number =>
  relevant.reduce((sum, count) => sum + count, 0);

/**
 * Average precision: the mean over relevant items of the precision at their ranks, without interpolation; null without a
 * relevant item. Where no distances are equal, it is scikit-learn's `average_precision_score`, which has ties as one
 * step of the curve instead.
 *
 * In a tie of n items with r relevant ones after N items with R, the item at place j is relevant with probability r/n,
 * and then (j − 1)·(r − 1)/(n − 1) of those before it in the tie are to be expected.
 */
export function averagePrecisionOverTies(ranking: TiedRanking): number | null {
  const { items, relevant } = ranking;
  let itemsBefore = 0;
  let relevantBefore = 0;
  let sum = 0;
  for (let tie = 0; tie < items.length; tie++) {
    const n = items[tie];
    const r = relevant[tie];
    if (r > 0) {
      const growth = n > 1 ? (r - 1) / (n - 1) : 0;
      let precisions = 0;
      for (let place = 1; place <= n; place++)
        precisions += (relevantBefore + 1 + (place - 1) * growth) / (itemsBefore + place);
      sum += (r / n) * precisions;
    }
    itemsBefore += n;
    relevantBefore += r;
  }
  return relevantBefore > 0 ? sum / relevantBefore : null;
}

/** The share of relevant items among the first k, as if more items than there are were not relevant. */
export function precisionAt({ items, relevant }: TiedRanking, k: number): number {
  let left = k;
  let hits = 0;
  for (let tie = 0; tie < items.length && left > 0; tie++) {
    const taken = Math.min(left, items[tie]);
    hits += (relevant[tie] * taken) / items[tie];
    left -= taken;
  }
  return hits / k;
}

/** Precision and recall of the items within a radius. */
export interface WithinRadius {
  items: number;
  /** 0 where there are no items. */
  precision: number;
  /** Null without a relevant item in the database. */
  recall: number | null;
}

/** Looks at the items whose distance is at most `radius`, as a look-up in a hash table finds them. */
export function withinRadius(ranking: TiedRanking, radius: number): WithinRadius {
  let items = 0;
  let hits = 0;
  for (let tie = 0; tie < ranking.items.length && ranking.distances[tie] <= radius; tie++) {
    items += ranking.items[tie];
    hits += ranking.relevant[tie];
  }
  const all = relevantItems(ranking);
  return { items, precision: items > 0 ? hits / items : 0, recall: all > 0 ? hits / all : null };
}

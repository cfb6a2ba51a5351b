/**
 * A query's ranking of the items of a database. Hamming distances have few values, so most items are tied: a ranking is
 * a list of ties, nearest first, and metrics are means over all orders within them.
 */

/** Ties by rising distance, all arrays equally long. */
export interface TiedRanking {
  distances: Float64Array;
  /** Items of each tie, at least 1. */
  items: Float64Array;
  /** Relevant items of each tie. */
  relevant: Float64Array;
}

/** What a query is ranked against. */
export interface RankedItems {
  /** 0 or 1 for each item. */
  relevant: Uint8Array;
  /** 1 for each item that is left out, such as the query itself; default: none. */
  excluded?: Uint8Array;
}

/** Ranks items by whole distances from 0 to `largest`, such as a code's bits; takes no sort. */
export function rankByWholeDistance(
  distances: ArrayLike<number>,
  { relevant, excluded }: RankedItems,
  largest: number,
): TiedRanking {
  const items = new Float64Array(largest + 1);
  const hits = new Float64Array(largest + 1);
  for (let item = 0; item < relevant.length; item++) {
    if (excluded?.[item]) continue;
    items[distances[item]]++;
    hits[distances[item]] += relevant[item];
  }
  const present = Float64Array.from(items.keys()).filter((distance) => items[distance] > 0);
  return {
    distances: present,
    items: present.map((distance) => items[distance]),
    relevant: present.map((distance) => hits[distance]),
  };
}

/** Ranks items by any finite distances; equal ones are ties. */
export function rankByDistance(
  distances: ArrayLike<number>,
  { relevant, excluded }: RankedItems,
): TiedRanking {
  const order = Uint32Array.from(relevant.keys())
    .filter((item) => !excluded?.[item])
    .sort((a, b) => distances[a] - distances[b]);
  const items: number[] = [];
  const hits: number[] = [];
  const values: number[] = [];
  for (const item of order) {
    if (values.length === 0 || values[values.length - 1] !== distances[item]) {
      values.push(distances[item]);
      items.push(0);
      hits.push(0);
    }
    items[items.length - 1]++;
    hits[hits.length - 1] += relevant[item];
  }
  return {
    distances: Float64Array.from(values),
    items: Float64Array.from(items),
    relevant: Float64Array.from(hits),
  };
}

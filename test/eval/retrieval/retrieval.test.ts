/** Retrieval metrics against all orders of ties written out, and against scikit-learn where there are none. */

import { describe, expect, it } from 'vitest';
import { averagePrecision } from '../../../src/eval/ranking.js';
import { cosineDistances, hammingDistances } from '../../../src/eval/retrieval/distances.js';
import { evaluateRetrieval, type LabelledRows } from '../../../src/eval/retrieval/evaluate.js';
import { averagePrecisionOverTies, precisionAt, withinRadius } from '../../../src/eval/retrieval/metrics.js';
import { rankByDistance, rankByWholeDistance } from '../../../src/eval/retrieval/tied-ranking.js';
import fc from '../../fast-check.js';

/** All orders of a list. */
function orders<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first, i) =>
    orders([...list.slice(0, i), ...list.slice(i + 1)]).map((rest) => [first, ...rest]),
  );
}

/** Mean of a metric of 0s and 1s over all orders that sort the distances. */
function meanOverOrders(
  distances: readonly number[],
  relevant: readonly number[],
  metric: (sorted: readonly number[]) => number,
): number {
  const sorting = orders([...distances.keys()]).filter((order) =>
    order.every((item, place) => place === 0 || distances[order[place - 1]] <= distances[item]),
  );
  return (
    sorting.reduce((sum, order) => sum + metric(order.map((item) => relevant[item])), 0) / sorting.length
  );
}

/** Mean over relevant places of the share of relevant items up to there. */
function plainAveragePrecision(sorted: readonly number[]): number {
  const places = [...sorted.keys()].filter((place) => sorted[place] === 1);
  return places.reduce((sum, place, before) => sum + (before + 1) / (place + 1), 0) / places.length;
}

const few = fc
  .array(fc.record({ distance: fc.nat({ max: 4 }), relevant: fc.constantFrom(0, 1) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((items) => ({
    distances: items.map(({ distance }) => distance),
    relevant: items.map(({ relevant }) => relevant),
  }));

describe('metrics of a ranking with ties', () => {
  it('are means over all orders of ties', () => {
    fc.assert(
      fc.property(few, ({ distances, relevant }) => {
        const ranking = rankByWholeDistance(distances, { relevant: Uint8Array.from(relevant) }, 4);
        if (relevant.includes(1))
          expect(averagePrecisionOverTies(ranking)).toBeCloseTo(
            meanOverOrders(distances, relevant, plainAveragePrecision),
            12,
          );
        else expect(averagePrecisionOverTies(ranking)).toBeNull();
        for (const k of [1, 2, 3, 8])
          expect(precisionAt(ranking, k)).toBeCloseTo(
            meanOverOrders(
              distances,
              relevant,
              (sorted) => sorted.slice(0, k).reduce((a, b) => a + b, 0) / k,
            ),
            12,
          );
      }),
      { numRuns: 200 },
    );
  });

  it('are the same by counting and by sorting, and without excluded items', () => {
    fc.assert(
      fc.property(few, fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 }), (items, out) => {
        const given = { relevant: Uint8Array.from(items.relevant), excluded: Uint8Array.from(out) };
        const kept = <T>(list: T[]): T[] => list.filter((_, item) => out[item] === 0);
        const sorted = rankByDistance(items.distances, given);
        expect(sorted).toEqual(rankByWholeDistance(items.distances, given, 4));
        expect(sorted).toEqual(
          rankByDistance(kept(items.distances), { relevant: Uint8Array.from(kept(items.relevant)) }),
        );
      }),
    );
  });

  it("are scikit-learn's average precision where no distances are equal", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 50 }),
        fc.integer(),
        (distances, seed) => {
          const relevant = Uint8Array.from(
            distances,
            (_, i) => ((seed >>> (i % 31)) & 1) ^ (i === 0 ? 1 : 0),
          );
          if (!relevant.includes(1) || !relevant.includes(0)) return;
          expect(averagePrecisionOverTies(rankByDistance(distances, { relevant }))).toBeCloseTo(
            averagePrecision(
              Float64Array.from(distances, (d) => -d),
              relevant,
            )!,
            12,
          );
        },
      ),
    );
  });

  it('of an example by hand', () => {
    // 1 relevant at distance 0; 1 of 2 at 1; 1 of 1 at 5.
    const ranking = rankByDistance([0, 1, 1, 5], { relevant: Uint8Array.of(1, 1, 0, 1) });
    expect(averagePrecisionOverTies(ranking)).toBeCloseTo((1 + (1 + 2 / 3) / 2 + 3 / 4) / 3, 12);
    expect(precisionAt(ranking, 2)).toBe(0.75);
    expect(withinRadius(ranking, 2)).toEqual({ items: 3, precision: 2 / 3, recall: 2 / 3 });
    expect(withinRadius(ranking, -1)).toEqual({ items: 0, precision: 0, recall: 0 });
    expect(withinRadius(rankByDistance([1], { relevant: Uint8Array.of(0) }), 2)).toEqual({
      items: 1,
      precision: 0,
      recall: null,
    });
  });
});

describe('distances', () => {
  it('count differing bits', () => {
    const word = fc.nat({ max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 4, maxLength: 4 }), (words) => {
        const [a, b] = [Uint32Array.from(words.slice(0, 2)), Uint32Array.from(words.slice(2))];
        const expected = [0, 1]
          .map((i) => [...((a[i] ^ b[i]) >>> 0).toString(2)].filter((digit) => digit === '1').length)
          .reduce((x, y) => x + y);
        expect([...(hammingDistances(a, b, { words: 2, bits: 64 }).distancesOf(0) as Uint16Array)]).toEqual([
          expected,
        ]);
      }),
    );
  });

  it('are 1 minus the cosine', () => {
    const { distancesOf, largest } = cosineDistances(
      Float32Array.of(1, 0, 3, 4, 0, 0),
      Float32Array.of(2, 0, 0, 1, -1, 0),
      2,
    );
    expect(largest).toBeNull();
    const of = (query: number): number[] => Array.from(distancesOf(query));
    expect(of(0)).toEqual([0, 1, 2]);
    for (const [i, value] of [0.4, 0.2, 1.6].entries()) expect(of(1)[i]).toBeCloseTo(value, 6);
    expect(of(2)).toEqual([1, 1, 1]);
  });
});

describe('evaluateRetrieval', () => {
  /** Rows with sets of labels. */
  const rows = (ids: string[], sets: number[][], count = 3): LabelledRows => {
    const targets = new Uint8Array(ids.length * count);
    for (const [row, set] of sets.entries()) for (const label of set) targets[row * count + label] = 1;
    return { ids, labels: { targets, count } };
  };
  const database = rows(['a', 'b', 'c', 'd'], [[0], [0, 1], [1], []]);
  const queries = { ...rows(['a', 'x', 'y'], [[0], [1], [2]]), groups: ['song 1', 'song 2', 'song 3'] };
  /** Every query has the same code, 0. */
  const distances = hammingDistances(new Uint32Array(3), Uint32Array.of(0, 1, 3, 15), { words: 1, bits: 4 });

  it('leaves out the query itself and queries without a relevant item', () => {
    const { metrics, perQuery } = evaluateRetrieval(queries, database, distances, { ks: [1, 2], samples: 0 });
    // a: b, c, d of which b is relevant; x: a, b, c, d of which b and c are.
    expect(perQuery).toEqual([
      { averagePrecision: 1, precisions: [1, 0.5], within: { items: 2, precision: 0.5, recall: 1 } },
      {
        averagePrecision: expect.closeTo(7 / 12, 12),
        precisions: [0, 0.5],
        within: { items: 3, precision: 2 / 3, recall: 1 },
      },
      null,
    ]);
    expect(metrics).toEqual({
      queries: 3,
      without_relevant: 1,
      map: { value: expect.closeTo((1 + 7 / 12) / 2, 12), ci95: null },
      precision_at: { 1: { value: 0.5, ci95: null }, 2: { value: 0.5, ci95: null } },
      within_radius: {
        radius: 2,
        precision: { value: expect.closeTo((0.5 + 2 / 3) / 2, 12), ci95: null },
        recall: { value: 1, ci95: null },
        empty: 0,
      },
    });
  });

  it('counts the precision of empty buckets as 0', () => {
    const far = hammingDistances(Uint32Array.of(15, 15 << 4, 0), Uint32Array.of(0, 1, 3, 15), {
      words: 1,
      bits: 8,
    });
    const { metrics } = evaluateRetrieval(queries, database, far, { radius: 1, samples: 0 });
    // a finds d alone, x nothing.
    expect(metrics.within_radius).toMatchObject({
      empty: 0.5,
      precision: { value: 0 },
      recall: { value: 0 },
    });
  });

  it('has no radius for distances that are not whole', () => {
    const cosine = cosineDistances(
      Float32Array.of(1, 0, 1, 0, 1, 0),
      Float32Array.of(1, 0, 1, 1, 0, 1, -1, 0),
      2,
    );
    const { metrics, perQuery } = evaluateRetrieval(queries, database, cosine, { samples: 0 });
    expect(metrics.within_radius).toBeNull();
    expect(metrics.map.value).toBeCloseTo((1 + 7 / 12) / 2, 12);
    expect(perQuery[0]?.within).toBeNull();
  });

  it('takes intervals over songs, not queries: copies of a query narrow nothing', () => {
    const copies = 6;
    const songs = Array.from({ length: 40 }, (_, song) => `song ${song}`);
    // Query of song s finds its one relevant item first or second.
    const many = (times: number) => {
      const groups = songs.flatMap((song) => Array.from({ length: times }, () => song));
      const ids = groups.map((song, i) => `${song} ${i}`);
      const places = groups.map((_, i) => Math.floor(i / times) % 2);
      return evaluateRetrieval(
        {
          ...rows(
            ids,
            places.map((place) => [place]),
          ),
          groups,
        },
        rows(['first', 'second'], [[0], [1]]),
        { largest: 1, distancesOf: () => [0, 1] },
        { samples: 200, seed: 3 },
      ).metrics.map;
    };
    const [once, often] = [many(1), many(copies)];
    expect(once.value).toBeCloseTo(0.75, 12);
    expect(often.ci95![0]).toBeCloseTo(once.ci95![0], 12);
    expect(often.ci95![1]).toBeCloseTo(once.ci95![1], 12);
    // ± 1.96 · 0.25 / √40.
    expect(once.ci95![1] - once.ci95![0]).toBeGreaterThan(0.12);
    expect(once.ci95![1] - once.ci95![0]).toBeLessThan(0.19);
  });

  it('says which rows do not fit', () => {
    expect(() => evaluateRetrieval({ ...queries, groups: ['one'] }, database, distances)).toThrow(
      '1 groups for 3',
    );
    expect(() => evaluateRetrieval(queries, { ...database, ids: ['a'] }, distances)).toThrow(
      'not 1 rows of 3',
    );
    expect(() => evaluateRetrieval(queries, rows(['a'], [[0]], 2), distances)).toThrow(
      '3 labels, the database 2',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { agglomerate } from '../../../src/features/segments/agglomeration.js';
import { minHeap } from '../../../src/features/segments/heap.js';
import fc from '../../fast-check.js';

/** Squared distances of the frames from the means of their segments. */
function withinSegments(values: readonly number[], borders: readonly number[]): number {
  const edges = [0, ...borders, values.length];
  let total = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const part = values.slice(edges[i], edges[i + 1]);
    const mean = part.reduce((sum, v) => sum + v, 0) / part.length;
    total += part.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  }
  return total;
}

describe('queue', () => {
  it('gives items by key, also where keys were changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 9 })), {
          maxLength: 60,
        }),
        (changes) => {
          const queue = minHeap(20);
          const keys = new Map<number, number>();
          for (const [item, key] of changes) {
            queue.set(item, key);
            keys.set(item, key);
          }
          const order = [...keys].sort(([a, keyA], [b, keyB]) => keyA - keyB || a - b);
          expect(queue.size()).toBe(order.length);
          for (const [item, key] of order) expect(queue.pop()).toEqual({ item, key });
        },
      ),
    );
  });
});

describe('agglomeration', () => {
  it('removes, each time, the border whose removal adds least to the squared distances within segments', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 14 }), (values) => {
        const all = Array.from({ length: values.length - 1 }, (_, i) => i + 1);
        const features = { values: Float32Array.from(values), frames: values.length, bands: 1 };
        const { ranks, costs } = agglomerate(features, Uint32Array.from(all));
        let left = all;
        let highest = 0;
        for (let rank = 0; rank < all.length; rank++) {
          const border = all[ranks.indexOf(rank)];
          const growth = (b: number): number =>
            withinSegments(
              values,
              left.filter((other) => other !== b),
            ) - withinSegments(values, left);
          const cheapest = Math.min(...left.map(growth));
          expect(growth(border)).toBeCloseTo(cheapest, 4);
          highest = Math.max(highest, cheapest);
          expect(costs[border - 1]).toBeCloseTo(highest, 4);
          left = left.filter((other) => other !== border);
        }
      }),
    );
  });

  it('has nothing to do without borders', () => {
    const { ranks, costs } = agglomerate(
      { values: Float32Array.of(1, 2), frames: 2, bands: 1 },
      new Uint32Array(0),
    );
    expect([ranks.length, costs.length]).toEqual([0, 0]);
  });
});

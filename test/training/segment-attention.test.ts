import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadOverTime } from '../../src/training/segment-attention.js';

describe('attention on segments', () => {
  it('is spread evenly over the time of each', () => {
    const spread = spreadOverTime(
      Float32Array.of(0.4, 0.6, 0, 1, 0, 0),
      Float32Array.of(0, 4, 4, 10, 0, 0),
      10,
      5,
    );
    const expected = [0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 0.5, 0, 0, 0];
    for (const [i, weight] of spread.entries()) expect(weight).toBeCloseTo(expected[i], 6);
  });

  it('keeps each head’s sum on every grid', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        (borders, cells) => {
          const edges = [0, ...borders.sort((a, b) => a - b), 50];
          const segments = Float32Array.from(edges.slice(1).flatMap((end, i) => [edges[i], end]));
          const weights = Float32Array.from({ length: segments.length }, (_, i) => i + 1);
          const spread = spreadOverTime(weights, segments, 50, cells);
          const half = segments.length / 2;
          for (const head of [0, 1]) {
            const sum = (values: Float32Array): number => values.reduce((total, v) => total + v, 0);
            const before = sum(weights.subarray(head * half, (head + 1) * half));
            expect(sum(spread.subarray(head * cells, (head + 1) * cells))).toBeCloseTo(before, 3);
          }
        },
      ),
    );
  });
});

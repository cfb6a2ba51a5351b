import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { poolFrames, selfSimilarity } from '../../../src/features/segments/self-similarity.js';
import { standardize, totalVariance } from '../../../src/features/segments/standardize.js';
import fc from '../../fast-check.js';

/** Matrices of up to 30 frames, some of them constant. */
const matrices = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 1, 1000))
  .chain(([frames, bands, scale]) =>
    fc.array(fc.integer({ min: -9, max: 9 }), { minLength: frames * bands, maxLength: frames * bands }).map(
      (values): FeatureMatrix => ({
        values: Float32Array.from(values, (v) => 0.1 + v * scale),
        frames,
        bands,
      }),
    ),
  );

describe('standardize', () => {
  it('gives mean 0 and deviation 1, or 0 throughout where a band is constant', () => {
    fc.assert(
      fc.property(matrices, (features) => {
        const { values, frames, bands } = standardize(features);
        for (let b = 0; b < bands; b++) {
          const column = Array.from({ length: frames }, (_, t) => values[t * bands + b]);
          const mean = column.reduce((sum, v) => sum + v, 0) / frames;
          const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / frames;
          expect(mean).toBeCloseTo(0, 5);
          expect(Math.min(Math.abs(variance), Math.abs(variance - 1))).toBeCloseTo(0, 5);
        }
      }),
    );
  });

  it('leaves small bands small when there is a floor', () => {
    const features = { values: Float32Array.of(0, 0, 10, 0.1), frames: 2, bands: 2 };
    expect([...standardize(features).values]).toEqual([-1, -1, 1, 1]);
    expect(standardize(features, 0.1).values[3]).toBeCloseTo(0.1, 6);
    expect(totalVariance(features)).toBeCloseTo(25.0025, 5);
  });
});

describe('self-similarity', () => {
  it.each(['gaussian', 'cosine'] as const)(
    'is symmetric, 1 on the diagonal and within its range: %s',
    (similarity) => {
      fc.assert(
        fc.property(matrices, (features) => {
          const { values, steps } = selfSimilarity(features, { similarity });
          expect(steps).toBe(features.frames);
          for (let a = 0; a < steps; a++) {
            expect(values[a * steps + a]).toBeCloseTo(1, 5);
            for (let b = 0; b < a; b++) {
              expect(values[a * steps + b]).toBe(values[b * steps + a]);
              expect(values[a * steps + b]).toBeGreaterThanOrEqual(similarity === 'cosine' ? -1.0001 : 0);
              expect(values[a * steps + b]).toBeLessThanOrEqual(1.0001);
            }
          }
        }),
      );
    },
  );

  it('shows blocks where sounds return', () => {
    // ABA: two bands of which one sounds.
    const values = Float32Array.from(
      [...Array(10).fill([1, 0]), ...Array(5).fill([0, 1]), ...Array(10).fill([1, 0])].flat(),
    );
    const { values: s, steps } = selfSimilarity({ values, frames: 25, bands: 2 }, { similarity: 'cosine' });
    expect(s[0 * steps + 24]).toBeCloseTo(1, 5);
    expect(s[0 * steps + 12]).toBeCloseTo(-1, 5);
  });

  it('averages neighbours until there are few enough steps', () => {
    const features = { values: Float32Array.from({ length: 25 }, (_, t) => t), frames: 25, bands: 1 };
    const { steps, framesPerStep, values } = selfSimilarity(features, { maxSteps: 10 });
    expect([steps, framesPerStep, values.length]).toEqual([9, 3, 81]);
    expect([...poolFrames(features, 10).values]).toEqual([4.5, 14.5, 22]);
  });

  it('is empty without frames, and refuses what means nothing', () => {
    const empty = { values: new Float32Array(0), frames: 0, bands: 3 };
    expect(selfSimilarity(empty).steps).toBe(0);
    expect(() => selfSimilarity(empty, { maxSteps: 0 })).toThrow(RangeError);
    expect(() => selfSimilarity(empty, { bandwidth: 0 })).toThrow('bandwidth must be positive');
  });
});

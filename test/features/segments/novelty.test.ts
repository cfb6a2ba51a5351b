import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { frameSimilarity } from '../../../src/features/segments/frame-similarity.js';
import { checkerboardNovelty, noveltyPeaks } from '../../../src/features/segments/novelty.js';
import fc from '../../fast-check.js';

/** A matrix of one band by its values. */
const column = (values: number[]): FeatureMatrix => ({
  values: Float32Array.from(values),
  frames: values.length,
  bands: 1,
});

/** Foote's definition, the whole kernel at every place. */
function byDefinition(
  features: FeatureMatrix,
  kernelFrames: number,
  similarity: 'gaussian' | 'cosine',
): number[] {
  const compare = frameSimilarity(features, { similarity });
  const clamp = (t: number): number => Math.min(features.frames - 1, Math.max(0, t));
  const weight = (i: number, j: number): number => {
    const squared = ((i + 0.5) / kernelFrames) ** 2 + ((j + 0.5) / kernelFrames) ** 2;
    return Math.exp(-2 * squared) * (i < 0 === j < 0 ? 1 : -1);
  };
  return Array.from({ length: features.frames }, (_, t) => {
    let [sum, positive] = [0, 0];
    for (let i = -kernelFrames; i < kernelFrames; i++)
      for (let j = -kernelFrames; j < kernelFrames; j++) {
        sum += weight(i, j) * compare(clamp(t + i), clamp(t + j));
        positive += Math.max(0, weight(i, j));
      }
    return Math.max(0, sum / positive);
  });
}

describe('checkerboard novelty', () => {
  it.each(['gaussian', 'cosine'] as const)('equals the definition: %s', (similarity) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (values, kernelFrames) => {
          const features = {
            values: Float32Array.from(values),
            frames: Math.floor(values.length / 3),
            bands: 3,
          };
          const novelty = checkerboardNovelty(features, { kernelFrames, similarity });
          const expected = byDefinition(features, kernelFrames, similarity);
          for (const [t, value] of expected.entries()) expect(novelty[t]).toBeCloseTo(value, 5);
        },
      ),
    );
  });

  it('is 1 where two sounds without likeness meet, and 0 where nothing changes, ends included', () => {
    const novelty = checkerboardNovelty(column([...Array(20).fill(0), ...Array(20).fill(100)]), {
      kernelFrames: 5,
    });
    expect(novelty[20]).toBeCloseTo(1, 5);
    expect(Math.max(...novelty.subarray(0, 16), ...novelty.subarray(25))).toBeCloseTo(0, 6);
    expect([...noveltyPeaks(novelty, { minNovelty: 0.1, minDistance: 3 })]).toEqual([20]);
  });

  it('is empty without frames, and refuses a kernel of none', () => {
    expect(checkerboardNovelty(column([]), { kernelFrames: 4 })).toHaveLength(0);
    expect(() => checkerboardNovelty(column([1]), { kernelFrames: 0 })).toThrow(RangeError);
  });
});

describe('peaks', () => {
  it('keeps the higher of two that are close, and none near an end', () => {
    const novelty = Float32Array.of(0, 9, 0, 0, 1, 0, 2, 0, 0, 0, 3, 3, 0, 0, 0, 5);
    expect([...noveltyPeaks(novelty, { minNovelty: 0.5, minDistance: 3 })]).toEqual([6, 10]);
    expect([...noveltyPeaks(novelty, { minNovelty: 0.5, minDistance: 1 })]).toEqual([1, 4, 6, 10, 15]);
    expect([...noveltyPeaks(novelty, { minNovelty: 4, minDistance: 1 })]).toEqual([1, 15]);
  });
});

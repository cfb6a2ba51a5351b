import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { mixup, mixupWeight } from '../../../src/features/augment/mixup.js';
import fc from '../../fast-check.js';

describe('weights of mixup', () => {
  it('lie in [0, 1] for every α', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.01, max: 100, noNaN: true }), (seed, alpha) => {
        const weight = mixupWeight(randomGenerator(seed), alpha);
        expect(weight).toBeGreaterThanOrEqual(0);
        expect(weight).toBeLessThanOrEqual(1);
      }),
    );
  });

  it.each([0.1, 0.2, 0.5, 1, 3, 20])('have the moments of Beta(α, α): α = %s', (alpha) => {
    const random = randomGenerator(1, 'beta', alpha);
    const weights = Array.from({ length: 20_000 }, () => mixupWeight(random, alpha));
    const mean = weights.reduce((sum, w) => sum + w, 0) / weights.length;
    const moment = (power: number): number =>
      weights.reduce((sum, w) => sum + (w - mean) ** power, 0) / weights.length;
    const variance = 1 / (4 * (2 * alpha + 1));
    const kurtosis = 3 - 6 / (2 * alpha + 3);
    expect(mean).toBeCloseTo(0.5, 1.7);
    expect(moment(2) / variance).toBeCloseTo(1, 1);
    expect(moment(4) / variance ** 2 / kurtosis).toBeCloseTo(1, 1);
  });

  it('are evenly spread where α is 1', () => {
    const random = randomGenerator(2);
    const sorted = Float64Array.from({ length: 5000 }, () => mixupWeight(random, 1)).sort();
    const distance = Math.max(...sorted.map((w, i) => Math.abs(w - (i + 0.5) / sorted.length)));
    expect(distance).toBeLessThan(1.63 / Math.sqrt(sorted.length)); // Kolmogorov's 1 % limit
  });

  it('need a positive α', () => {
    expect(() => mixupWeight(randomGenerator(1), 0)).toThrow(RangeError);
  });
});

describe('mixup', () => {
  it('weighs each pair of numbers', () => {
    expect([...mixup([1, 0, 4], [0, 1, 2], 0.75)]).toEqual([0.75, 0.25, 3.5]);
    expect([...mixup(Uint8Array.of(1, 0), Uint8Array.of(1, 1), 1)]).toEqual([1, 0]);
  });

  it('refuses arrays of two lengths, and weights that are none', () => {
    expect(() => mixup([1], [1, 2], 0.5)).toThrow(RangeError);
    expect(() => mixup([1], [1], 1.5)).toThrow(RangeError);
  });
});

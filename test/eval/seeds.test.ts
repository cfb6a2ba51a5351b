import { describe, expect, it } from 'vitest';
import { simulateCoverage } from '../../bench/simulations/coverage.js';
import { simulate } from '../../bench/simulations/studies.js';
import {
  studentDistribution,
  studentQuantile,
  twoSidedStudentP,
} from '../../src/eval/difference/p-values.js';
import {
  crossedInference,
  type SeededValues,
  seedErrorOf,
  seedErrorOfDifference,
  seedsNeeded,
} from '../../src/eval/difference/seeds.js';

const side = (values: number[], seeds = values.map((_, i) => i)): SeededValues => ({
  seeds,
  values,
  resampled: values.map(() => []),
});

describe("Student's distribution (SciPy 1.17: t.cdf, t.ppf)", () => {
  it.each([
    [4.302652729911275, 2, 0.9750000000017417],
    [-2, 3.7, 0.06090860095261699],
    [0.3, 120, 0.6176518944124068],
    [50, 1, 0.9936346508990272],
    [0, 5, 0.5],
  ])('P(T ≤ %d) with %d degrees of freedom', (t, freedom, expected) => {
    expect(studentDistribution(freedom)(t)).toBeCloseTo(expected, 12);
  });

  it('has its quantiles, and two-sided p-values', () => {
    expect(studentQuantile(0.975, 4)).toBeCloseTo(2.7764451051977934, 10);
    expect(twoSidedStudentP(-2, 3.7)).toBeCloseTo(2 * 0.06090860095261699, 12);
  });
});

describe('seedErrorOfDifference', () => {
  it('takes differences seed by seed where seeds are shared, in any order', () => {
    const error = seedErrorOfDifference(side([0.8, 0.9, 0.7]), side([0.75, 0.84, 0.95], [2, 0, 1]))!;
    // Differences 0.04, 0.05, 0.05.
    expect(error).toMatchObject({ freedom: 2, seeds: 3, isPaired: true });
    expect(error.standardError).toBeCloseTo(0.0057735 / Math.sqrt(3), 6);
  });

  it("has Welch's degrees of freedom where they are not (SciPy: ttest_ind, equal_var=False)", () => {
    const error = seedErrorOfDifference(side([0.8, 0.9, 0.7]), side([0.75, 0.84, 0.95, 0.9], [5, 6, 7, 8]))!;
    expect(error).toMatchObject({ isPaired: false });
    expect(error.standardError).toBeCloseTo(0.07199537022151739, 12);
    expect(error.freedom).toBeCloseTo(4.012154146098641, 9);
  });

  it('is not known of a single run', () => {
    expect(seedErrorOf(side([0.8]))).toBeNull();
    expect(seedErrorOfDifference(side([0.8]), side([0.7, 0.9]))).toBeNull();
  });

  it('takes off half of what the resamples of songs add to the deviation over seeds', () => {
    const values = [0.8, 0.9];
    // Variance over seeds: 0.005 of the whole set, 0.0113 in resamples; 0.005 - 0.0063 / 2 is left.
    const resampled = [
      [0.8, 0.75],
      [0.95, 0.9],
    ];
    const error = seedErrorOf({ seeds: [1, 2], values, resampled })!;
    expect(error.standardError ** 2 * 2).toBeCloseTo(0.005 - 0.00625 / 2, 12);
  });
});

describe('crossedInference', () => {
  it('without variation over songs is the t-test over seeds', () => {
    const error = seedErrorOfDifference(side([0.8, 0.81, 0.83]), side([0.82, 0.85, 0.86]))!;
    const { interval } = crossedInference(new Array(2000).fill(0.03), error);
    const margin = studentQuantile(0.975, 2) * error.standardError;
    expect(interval![0]).toBeCloseTo(0.03 - margin, 6);
    expect(interval![1]).toBeCloseTo(0.03 + margin, 6);
  });

  it('without variation over seeds is the bootstrap of songs', () => {
    const resampled = Array.from({ length: 999 }, (_, i) => (i + 1) / 1000 - 0.1);
    const none = { standardError: 0, freedom: 2, seeds: 3, isPaired: true };
    const { interval, p } = crossedInference(resampled, none);
    expect(interval![0]).toBeCloseTo(-0.07405, 4);
    expect(p).toBeCloseTo((2 * 101) / 1000, 10);
    expect(crossedInference(resampled, null)).toEqual({ interval, p });
  });

  it('is wider than either alone', () => {
    const resampled = Array.from({ length: 999 }, (_, i) => Math.sin(i) / 20);
    const width = (standardError: number): number => {
      const { interval } = crossedInference(resampled, {
        standardError,
        freedom: 4,
        seeds: 5,
        isPaired: true,
      });
      return interval![1] - interval![0];
    };
    expect(width(0.02)).toBeGreaterThan(width(0));
    expect(width(0.02)).toBeGreaterThan(2 * 0.02 * studentQuantile(0.975, 4));
  });
});

describe('seedsNeeded', () => {
  it('grows as the difference shrinks, until no number of seeds is enough', () => {
    const error = { standardError: 0.02 / Math.sqrt(3), freedom: 2, seeds: 3, isPaired: true };
    const needed = [0.05, 0.03, 0.02].map((difference) => seedsNeeded(difference, 0.001, error)!);
    expect(needed).toEqual([4, 6, 11]);
    expect(seedsNeeded(0.02, 0.01, error)).toBeNull();
  });
});

describe('the simulations behind docs/statistics.md, small', () => {
  it('songs alone call methods different far too often, songs and seeds do not', () => {
    const { ofTestSet, ofMethods } = simulate({ songs: 300, seeds: 3, deviation: 0.02 }, 60);
    expect(ofTestSet).toBeGreaterThan(0.2);
    expect(ofMethods).toBeLessThanOrEqual(0.1);
  });

  it('finds a difference that is large beside the seeds', () => {
    const cell = { songs: 300, seeds: 5, deviation: 0.008, difference: 0.04 };
    expect(simulate(cell, 30).ofMethods).toBeGreaterThan(0.8);
  });

  it('PR-AUC on a small test split: its interval holds what it estimates, and its own estimate', () => {
    const { 'PR-AUC': coverage } = simulateCoverage({ songs: 36, clipsPerSong: 1, tags: 40 }, 60);
    expect(coverage.ofExpectation).toBeGreaterThanOrEqual(0.83);
    expect(coverage.excludesEstimate).toBe(0);
  });
});

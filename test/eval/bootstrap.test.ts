import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import {
  labelWidths,
  numberGroups,
  percentileInterval,
  resampleGroups,
  shiftedTo,
} from '../../src/eval/bootstrap.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import { madeTagging } from './made.js';

describe('labelWidths', () => {
  it('widens by the songs that hold a positive, or a negative where these are fewer', () => {
    const grouping = numberGroups(['a', 'a', 'b', 'c', 'd', 'e']);
    // Columns: positives in a and b; in a alone; everywhere but in e.
    const targets = Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
    const widths = labelWidths(targets, 3, grouping);
    expect([...widths]).toEqual([Math.SQRT2, Math.SQRT2, Math.SQRT2]);
    const many = Uint8Array.from({ length: 60 }, (_, row) => Number(row % 6 === 0));
    const [wide] = labelWidths(many, 1, numberGroups(Array.from({ length: 60 }, (_, row) => String(row))));
    expect(wide).toBeCloseTo(Math.sqrt(10 / 9), 12);
  });
});

describe('shiftedTo', () => {
  it('moves values so that their mean is the estimate, and leaves undefined ones', () => {
    const moved = shiftedTo(0.3, [0.4, null, 0.5, 0.6]);
    expect(moved.map((value) => value && Number(value.toFixed(12)))).toEqual([0.2, null, 0.3, 0.4]);
    expect(shiftedTo(null, [0.4])).toEqual([0.4]);
  });
});

describe('resampleGroups', () => {
  it('draws whole groups, as many as there are', () => {
    const names = ['b', 'a', 'b', 'c', 'a', 'b'];
    const grouping = numberGroups(names);
    expect(grouping).toEqual({ groupOfRow: Uint32Array.of(0, 1, 0, 2, 1, 0), groups: 3 });
    const seen = new Set<string>();
    for (const weights of resampleGroups(grouping, 200, randomGenerator(1, 'test'))) {
      expect(weights[0]).toBe(weights[2]);
      expect(weights[0]).toBe(weights[5]);
      expect(weights[1]).toBe(weights[4]);
      expect(weights[0] + weights[1] + weights[3]).toBe(3);
      seen.add(weights.join());
    }
    expect(seen.size).toBe(10); // all multisets of three out of three
  });

  it('makes intervals wider when clips of a song are alike', () => {
    const bySong = madeTagging(600, 10, 30);
    const byClip = { ...bySong, groups: bySong.ids };
    const options = { protocol: 'all', split: 'test', seed: 1, bootstrapSamples: 300 };
    const width = ([low, high]: [number, number]): number => high - low;
    const songs = width(evaluatePredictions(bySong, options).roc_auc.ci95!);
    const clips = width(evaluatePredictions(byClip, options).roc_auc.ci95!);
    expect(songs).toBeGreaterThan(1.5 * clips);
  });

  it('covers the true value of a mean about 95 times in a hundred', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const random = randomGenerator(trial, 'coverage');
      const values = Float64Array.from({ length: 60 }, () => random.normal());
      const grouping = numberGroups([...values.keys()].map(String));
      const means: number[] = [];
      for (const weights of resampleGroups(grouping, 300, random))
        means.push(values.reduce((sum, value, i) => sum + weights[i] * value, 0) / 60);
      const [low, high] = percentileInterval(means)!;
      if (low <= 0 && high >= 0) covered++;
    }
    expect(covered / 200).toBeGreaterThan(0.89);
    expect(covered / 200).toBeLessThan(0.99);
  });
});

describe('percentileInterval', () => {
  it("interpolates as NumPy's percentile does and leaves undefined values out", () => {
    const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    expect(percentileInterval([null, ...values, null])).toEqual([2.5, 97.5]);
    expect(percentileInterval([null, 1])).toBeNull();
  });
});

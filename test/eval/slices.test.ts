import { describe, expect, it } from 'vitest';
import type { Predictions } from '../../src/eval/predictions.js';
import { evaluateSlices, type SliceRule } from '../../src/eval/slices.js';

/** Recordings by their slices' probabilities of the classes a, b, c, with the true class. */
function predictionsOf(recordings: { truth: number; slices: number[][] }[]): Predictions {
  const labels = ['a', 'b', 'c'];
  const mean = (slices: number[][]) =>
    labels.map((_, j) => slices.reduce((sum, slice) => sum + slice[j], 0) / slices.length);
  return {
    task: 'classification',
    labels,
    ids: recordings.map((_, i) => `r${i}`),
    groups: recordings.map((_, i) => `r${i}`),
    groupKind: 'clip',
    scores: Float32Array.from(recordings.flatMap(({ slices }) => mean(slices))),
    targets: Uint8Array.from(recordings.flatMap(({ truth }) => labels.map((_, j) => (j === truth ? 1 : 0)))),
    slices: {
      rows: Uint32Array.from(recordings.flatMap(({ slices }, row) => slices.map(() => row))),
      values: Float32Array.from(recordings.flatMap(({ slices }) => slices.flat())),
    },
  };
}

const CONFIDENT_A = [0.9, 0.05, 0.05];
const DOUBTFUL_B = [0.3, 0.4, 0.3];

/** Whether each rule finds the class a of one recording; another recording of b and one of c are always found. */
function findsA(slices: number[][]): Record<SliceRule, boolean> {
  const others = [
    { truth: 1, slices: [[0, 1, 0]] },
    { truth: 2, slices: [[0, 0, 1]] },
  ];
  const metrics = evaluateSlices(predictionsOf([{ truth: 0, slices }, ...others]))!;
  return Object.fromEntries(
    Object.entries(metrics.per_recording).map(([rule, { accuracy }]) => [rule, accuracy === 1]),
  ) as Record<SliceRule, boolean>;
}

describe('slices of recordings', () => {
  it('are counted alone, with F1 weighted by class', () => {
    const metrics = evaluateSlices(
      predictionsOf([
        { truth: 0, slices: [CONFIDENT_A, DOUBTFUL_B, DOUBTFUL_B] },
        { truth: 1, slices: [[0.2, 0.6, 0.2]] },
      ]),
    )!;
    // Of class a one of three is found: F1 = 2 · 1 / (2 · 1 + 0 + 2) = 1/2. Of b: 2 · 1 / (2 · 1 + 2 + 0) = 1/2.
    expect(metrics.count).toBe(4);
    expect(metrics.per_slice).toEqual({ f1_weighted: 0.5, accuracy: 0.5 });
    // vote: a and b are right. majority: b is found twice, a never: F1 of a 0, of b 2/3, weighted alike.
    expect(metrics.per_recording.vote).toEqual({ f1_weighted: 1, accuracy: 1 });
    expect(metrics.per_recording.majority.accuracy).toBe(0.5);
    expect(metrics.per_recording.majority.f1_weighted).toBeCloseTo(1 / 3, 12);
  });

  it('vote without those of 0.5 or less; the majority counts all', () => {
    // Sums: a 1.5, b 0.85; products: a .9 · .3 · .3 = .081, b .05 · .4 · .4 = .008.
    expect(findsA([CONFIDENT_A, DOUBTFUL_B, DOUBTFUL_B])).toEqual({
      vote: true,
      majority: false,
      mean_log_probability: true,
      mean_probability: true,
    });
  });

  it('all vote where none is above 0.5', () => {
    const doubtfulA = [0.5, 0.3, 0.2];
    // Sums: a .5 + .3 + .3 = 1.1, b .3 + .4 + .4 = 1.1; c less. Products: a .045, b .048.
    const found = findsA([doubtfulA, DOUBTFUL_B, DOUBTFUL_B]);
    expect([found.vote, found.majority, found.mean_log_probability]).toEqual([false, false, false]);
  });

  it('one slice that is sure of the contrary rules the mean log-probability, not the mean', () => {
    const sureNotA = [0, 0.55, 0.45];
    expect(findsA([CONFIDENT_A, CONFIDENT_A, sureNotA])).toEqual({
      vote: true,
      majority: true,
      mean_log_probability: false,
      mean_probability: true,
    });
  });

  it('of equal votes the sum of probabilities decides', () => {
    expect(findsA([CONFIDENT_A, [0.2, 0.7, 0.1]])).toMatchObject({ vote: true, majority: true });
    expect(
      findsA([
        [0.6, 0.3, 0.1],
        [0.05, 0.9, 0.05],
      ]),
    ).toMatchObject({ vote: false, majority: false });
  });

  it('are no metrics of their own where every recording has one, and for tags', () => {
    const single = predictionsOf([{ truth: 0, slices: [CONFIDENT_A] }]);
    expect(evaluateSlices(single)).toBeNull();
    const several = predictionsOf([{ truth: 0, slices: [CONFIDENT_A, CONFIDENT_A] }]);
    expect(evaluateSlices({ ...several, task: 'tagging' })).toBeNull();
    expect(evaluateSlices({ ...several, slices: undefined })).toBeNull();
  });
});

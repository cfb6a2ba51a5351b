import { describe, expect, it } from 'vitest';
import { Failure, UsageError } from '../../../src/base/errors.js';
import { breakDown } from '../../../src/eval/breakdown.js';
import { metricNotes } from '../../../src/eval/format.js';
import type { NumberPredictions } from '../../../src/eval/predictions.js';
import { evaluateNumbers, evaluatePart } from '../../../src/eval/regression/evaluate.js';
import { macroNumbers, REGRESSION_METRICS } from '../../../src/eval/regression/scores.js';
import { golden, referenceNumbers } from './reference.js';

const options = { protocol: 'made', split: 'test', seed: 1, bootstrapSamples: 200 };

/** One target, clips alone. */
function oneTarget(truth: number[], predicted: number[]): NumberPredictions {
  const ids = truth.map((_, row) => `clip ${row}`);
  return {
    ...{ task: 'regression', labels: ['valence'], ids, groups: ids, groupKind: 'clip' },
    scores: Float32Array.from(predicted),
    targets: Float64Array.from(truth),
  };
}

describe('the metrics of a regression', () => {
  it('are scikit-learn’s and NumPy’s, without the rows whose truth is missing', () => {
    const { per_target: targets } = evaluateNumbers(referenceNumbers(), options);
    for (const [j, expected] of golden.targets.entries())
      for (const [name, value] of Object.entries(expected))
        expect(targets[j][name as 'r2'], `${targets[j].target}, ${name}`).toBeCloseTo(value, 10);
    expect(targets.map(({ missing }) => missing)).toEqual([0, 29, 0]);
  });

  it('are averaged over targets, with intervals of the groups around them', () => {
    const predictions = referenceNumbers();
    const metrics = evaluateNumbers(predictions, options);
    for (const metric of REGRESSION_METRICS) {
      const { macro, ci95 } = metrics[metric];
      const mean = golden.targets.reduce((sum, own) => sum + own[metric], 0) / 3;
      expect(macro, metric).toBeCloseTo(mean, 10);
      expect(macroNumbers(predictions)[metric]).toBe(macro);
      expect(ci95![0], metric).toBeLessThan(macro!);
      expect(ci95![1], metric).toBeGreaterThan(macro!);
    }
    expect(metrics.bootstrap).toEqual({ samples: 200, unit: 'song', groups: 50 });
    expect(metrics.mean_baseline.rmse).toBeCloseTo(
      golden.targets.reduce((sum, { deviation }) => sum + deviation, 0) / 3,
      10,
    );
    expect(evaluateNumbers(predictions, options)).toEqual(metrics);
    expect(evaluateNumbers(predictions, { ...options, seed: 2 }).r2.ci95).not.toEqual(metrics.r2.ci95);
  });

  it('are 1 and 0 where every prediction is right', () => {
    const metrics = evaluateNumbers(oneTarget([1, 2, 4], [1, 2, 4]), options);
    expect(REGRESSION_METRICS.map((metric) => metrics[metric].macro)).toEqual([1, 0, 1, 1]);
  });

  it('are undefined, and named, where the truth does not vary', () => {
    const metrics = evaluateNumbers(oneTarget([0.3, 0.3, 0.3], [0.1, 0.2, 0.3]), options);
    expect(metrics.undefined_targets).toEqual(['valence']);
    expect([metrics.r2, metrics.pearson, metrics.ccc].map(({ macro }) => macro)).toEqual([null, null, null]);
    expect(metrics.rmse.macro).toBeCloseTo(Math.sqrt((0.04 + 0.01) / 3), 6);
    expect(metricNotes(metrics).join()).toContain('The truth of valence is the same for all examples');
  });

  it('of constant predictions: Pearson’s r is undefined and named, CCC is 0', () => {
    const metrics = evaluateNumbers(oneTarget([1, 2, 3], [2, 2, 2]), options);
    expect([metrics.r2.macro, metrics.pearson.macro, metrics.ccc.macro]).toEqual([0, null, 0]);
    expect(metricNotes(metrics).join()).toContain('The predictions of valence are the same for all examples');
  });

  it('are undefined for a target without any truth, and the others keep theirs', () => {
    const predictions = referenceNumbers();
    for (let i = 1; i < predictions.targets.length; i += 3) predictions.targets[i] = Number.NaN;
    const metrics = evaluateNumbers(predictions, options);
    expect(metrics.per_target[1]).toMatchObject({ values: 0, mean: null, rmse: null, r2: null });
    expect(metrics.r2.macro).toBeCloseTo((golden.targets[0].r2 + golden.targets[2].r2) / 2, 10);
    expect(metricNotes(metrics).join()).toContain('The truth of tempo is not known for any example');
  });

  it('have intervals that are wider by artist, where two songs are of one', () => {
    const predictions = referenceNumbers();
    const artists = predictions.groups.map((_, row) => `artist ${row >> 5}`);
    const { by_artist: byArtist, rmse } = evaluateNumbers({ ...predictions, artists }, options);
    expect(byArtist!.groups).toBe(7);
    expect(byArtist!.rmse![1] - byArtist!.rmse![0]).not.toBe(rmse.ci95![1] - rmse.ci95![0]);
  });

  it('are given for each value of a column', () => {
    const predictions = referenceNumbers();
    const examples = predictions.ids.map((id, row) => ({
      ...{ id, audio: null, lyrics: null, split: 'test' as const, song: null, artist: null, title: '' },
      targets: predictions.targets.subarray(3 * row, 3 * row + 3),
      columns: { half: row < 100 ? 'first' : 'second' },
    }));
    const { half } = breakDown(predictions, examples, (part) => evaluatePart(part, options))!;
    expect([half.first.examples, half.second.examples]).toEqual([100, 100]);
    const alone = evaluateNumbers(
      {
        ...predictions,
        ids: predictions.ids.slice(0, 100),
        groups: predictions.groups.slice(0, 100),
        scores: predictions.scores.slice(0, 300),
        targets: predictions.targets.slice(0, 300),
      },
      options,
    );
    expect([half.first.ccc, half.first.ccc_ci95]).toEqual([alone.ccc.macro, alone.ccc.ci95]);
  });

  it('are refused for predictions that are not finite, and for none', () => {
    expect(() => evaluateNumbers(oneTarget([1, 2], [1, Number.NaN]), options)).toThrow(Failure);
    expect(() => evaluateNumbers(oneTarget([], []), options)).toThrow(UsageError);
  });
});

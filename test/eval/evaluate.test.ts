import { describe, expect, it } from 'vitest';
import { Failure, UsageError } from '../../src/base/errors.js';
import { configJsonSchema } from '../../src/config/schema.js';
import { evaluatePredictions, macroRocAuc } from '../../src/eval/evaluate.js';
import type { Predictions } from '../../src/eval/predictions.js';
import { chooseThresholds, readThresholds, storedThresholds } from '../../src/eval/thresholds.js';
import fc from '../fast-check.js';
import { madeClassification, madeTagging } from './made.js';

const options = { protocol: 'all', split: 'test', seed: 3, bootstrapSamples: 200 };

/** One label, clips their own groups. */
function oneLabel(scores: number[], targets: number[]): Predictions {
  const ids = scores.map((_, row) => `clip ${row}`);
  return {
    task: 'tagging',
    labels: ['loud'],
    ids,
    groups: ids,
    groupKind: 'clip',
    scores: Float32Array.from(scores),
    targets: Uint8Array.from(targets),
  };
}

describe('evaluatePredictions', () => {
  it('gives every number of a tagging run, intervals around the values', () => {
    const predictions = madeTagging(400, 8, 80);
    const metrics = evaluatePredictions(predictions, options);
    expect(metrics).toMatchObject({
      task: 'tagging',
      protocol: 'all',
      split: 'test',
      examples: 400,
      labels: 8,
    });
    expect(metrics.bootstrap).toEqual({ samples: 200, unit: 'song', groups: 80 });
    expect(metrics.roc_auc.macro).toBe(macroRocAuc(predictions));
    const pairs: [number | null, [number, number] | null][] = [
      [metrics.roc_auc.macro, metrics.roc_auc.ci95],
      [metrics.pr_auc.macro, metrics.pr_auc.ci95],
      [metrics.accuracy, metrics.accuracy_ci95],
      [metrics.f1.macro, metrics.f1.ci95],
    ];
    for (const [value, interval] of pairs) {
      expect(interval![0]).toBeLessThan(value!);
      expect(interval![1]).toBeGreaterThan(value!);
    }
    expect(metrics.confusion).toBeNull();
    expect(metrics.majority_baseline.accuracy).toBeGreaterThan(0.5);
  });

  it('gives the same numbers for the same seed, other intervals for another', () => {
    const predictions = madeTagging(200, 4, 40);
    const first = evaluatePredictions(predictions, options);
    expect(evaluatePredictions(predictions, options)).toEqual(first);
    const other = evaluatePredictions(predictions, { ...options, seed: 4 });
    expect(other.roc_auc.macro).toBe(first.roc_auc.macro);
    expect(other.roc_auc.ci95).not.toEqual(first.roc_auc.ci95);
  });

  it('gives accuracy, baseline and confusion of classes', () => {
    const predictions = madeClassification(300, 4);
    const metrics = evaluatePredictions(predictions, options);
    const confusion = metrics.confusion!;
    const trueCounts = confusion.map((row) => row.reduce((a, b) => a + b, 0));
    expect(trueCounts).toEqual(metrics.per_label.map((label) => label.positives));
    expect(metrics.accuracy).toBeCloseTo(confusion.reduce((sum, row, j) => sum + row[j], 0) / 300, 12);
    expect(metrics.f1.micro).toBeCloseTo(metrics.accuracy, 12);
    expect(metrics.majority_baseline.accuracy).toBe(Math.max(...trueCounts) / 300);
    expect(metrics.accuracy).toBeGreaterThan(metrics.majority_baseline.accuracy);
    expect(metrics.per_label.every((label) => label.threshold === null)).toBe(true);
    expect(metrics.per_example).toBeNull();
  });

  it('shows high accuracy for what it is: no better than the baseline', () => {
    const targets = Array.from({ length: 100 }, (_, row) => Number(row < 10));
    const metrics = evaluatePredictions(oneLabel(new Array(100).fill(0.1), targets), options);
    expect(metrics.accuracy).toBe(0.9);
    expect(metrics.majority_baseline.accuracy).toBe(0.9);
    expect(metrics.roc_auc.macro).toBe(0.5);
  });

  it('uses the thresholds it is given', () => {
    const predictions = oneLabel([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1]);
    expect(evaluatePredictions(predictions, options).accuracy).toBe(0.5);
    const metrics = evaluatePredictions(predictions, { ...options, thresholds: same([0.25]) });
    expect(metrics.accuracy).toBe(1);
    expect(metrics.per_label[0]).toMatchObject({ threshold: 0.25, f1: 1, positives: 2 });
  });

  it('leaves undefined labels out of the means and names them', () => {
    const predictions = madeTagging(100, 3, 20);
    for (let row = 0; row < 100; row++) predictions.targets[row * 3 + 1] = 0;
    const metrics = evaluatePredictions(predictions, options);
    expect(metrics.undefined_labels).toEqual(['tag 1']);
    expect(metrics.per_label[1]).toMatchObject({ positives: 0, roc_auc: null, pr_auc: null });
    expect(metrics.roc_auc.macro).toBeCloseTo(
      (metrics.per_label[0].roc_auc! + metrics.per_label[2].roc_auc!) / 2,
      12,
    );
  });

  it('gives null where nothing is defined, and no interval for a single song', () => {
    const metrics = evaluatePredictions(oneLabel([0.2, 0.7], [0, 0]), options);
    expect(metrics.roc_auc).toEqual({ macro: null, micro: null, weighted: null, ci95: null });
    const single = madeTagging(20, 2, 1);
    expect(evaluatePredictions(single, options).accuracy_ci95).toBeNull();
    expect(
      evaluatePredictions(madeTagging(20, 2, 5), { ...options, bootstrapSamples: 0 }).f1.ci95,
    ).toBeNull();
  });

  it.each<[string, Partial<Predictions>, typeof Failure, RegExp]>([
    ['no examples', { ids: [] }, UsageError, /no examples/],
    ['no labels', { labels: [] }, UsageError, /no labels/],
    ['missing groups', { groups: ['a'] }, UsageError, /1 groups/],
    ['another number of labels', { labels: ['a', 'b', 'c'] }, UsageError, /3 labels/],
    ['NaN', { scores: Float32Array.of(0, Number.NaN, 0, 0) }, Failure, /clip 0 for label tag 1 is NaN/],
    ['a target of 2', { targets: Uint8Array.of(0, 0, 0, 2) }, UsageError, /clip 1 for label tag 1 is 2/],
    [
      'two classes',
      { task: 'classification', targets: Uint8Array.of(1, 0, 1, 1) },
      UsageError,
      /clip 1 has 2/,
    ],
  ])('says what is wrong with %s', (_, wrong, kind, message) => {
    const predictions = { ...madeTagging(2, 2, 2), ...wrong };
    expect(() => evaluatePredictions(predictions, options)).toThrow(kind);
    expect(() => macroRocAuc(predictions)).toThrow(message);
  });

  it('wants a threshold for each label', () => {
    expect(() => evaluatePredictions(madeTagging(4, 2, 2), { ...options, thresholds: same([0.5]) })).toThrow(
      UsageError,
    );
  });

  it('evaluates 5,329 clips of 1,129 songs with 1,000 resamples in a few seconds', () => {
    const started = performance.now();
    const metrics = evaluatePredictions(madeTagging(5329, 50, 1129), { ...options, bootstrapSamples: 1000 });
    const [low, high] = metrics.roc_auc.ci95!;
    expect(high - low).toBeGreaterThan(0);
    expect(high - low).toBeLessThan(0.05);
    expect(performance.now() - started).toBeLessThan(30_000); // some 3 s on one idle core
  }, 60_000);
});

/** The same thresholds for every metric. */
const same = (thresholds: number[]) => ({ f1: thresholds, accuracy: thresholds });

it('a diverged model is a sentence that names keys of the config', () => {
  const predictions = madeTagging(40, 3, 8);
  predictions.scores[3] = Number.NaN;
  const evaluate = () =>
    evaluatePredictions(predictions, { protocol: 'p', split: 'test', seed: 1, bootstrapSamples: 0 });
  expect(evaluate).toThrow(
    /the model has diverged; lower training\.optimizer\.learning_rate or training\.gradient_clip\.$/,
  );
  for (const key of ['optimizer.learning_rate', 'gradient_clip'])
    expect(JSON.stringify(configJsonSchema())).toContain(key.split('.').at(-1));
});

describe('chooseThresholds', () => {
  it('gives the highest F1 of all thresholds', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 10 }), target: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
        const scores = rows.map((r) => Math.fround(r.score / 10));
        const targets = rows.map((r) => Number(r.target));
        const predictions = oneLabel(scores, targets);
        const [threshold] = chooseThresholds(predictions).f1;
        const positives = targets.reduce((a, b) => a + b, 0);
        if (positives === 0 || positives === rows.length) {
          expect(threshold).toBe(0.5);
          return;
        }
        const f1At = (thresholds: number[]): number =>
          evaluatePredictions(predictions, { ...options, bootstrapSamples: 0, thresholds: same(thresholds) })
            .f1.macro;
        const best = Math.max(...scores.map((score) => f1At([score])));
        expect(f1At([threshold])).toBe(best);
      }),
    );
  });

  it('lies between the scores it separates', () => {
    const [threshold] = chooseThresholds(oneLabel([0.25, 0.5, 0.75, 0.875], [0, 0, 1, 1])).f1;
    expect(threshold).toBe(0.625);
  });

  it('gives the highest accuracy of all thresholds, and of equal ones the nearest to 0.5', () => {
    const row = fc.record({ score: fc.integer({ min: 0, max: 10 }), target: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 40 }), (rows) => {
        const scores = rows.map((r) => Math.fround(r.score / 10));
        const targets = rows.map((r) => Number(r.target));
        fc.pre(targets.includes(0) && targets.includes(1));
        const right = (threshold: number): number =>
          scores.filter((score, i) => Number(score >= threshold) === targets[i]).length;
        const [threshold] = chooseThresholds(oneLabel(scores, targets)).accuracy;
        const best = Math.max(right(2), ...scores.map(right));
        expect(right(threshold)).toBe(best);
        if (right(0.5) === best) expect(threshold).toBe(0.5);
      }),
    );
  });

  it('for a rare label, F1 and accuracy want different thresholds', () => {
    // The positive stands below two negatives: F1 takes all three, accuracy none.
    const chosen = chooseThresholds(oneLabel([0.9, 0.85, 0.8, 0.1, 0.1], [0, 0, 1, 0, 0]));
    expect(chosen.f1[0]).toBeCloseTo(0.45, 6);
    expect(chosen.accuracy[0]).toBeCloseTo(0.95, 6);
    expect(readThresholds(JSON.parse(JSON.stringify(storedThresholds(chosen))))).toEqual(chosen);
  });

  it('models of earlier versions measure accuracy at the thresholds of F1', () => {
    expect(readThresholds({ thresholds: [0.3] })).toEqual({ f1: [0.3], accuracy: [0.3] });
    expect(readThresholds({ thresholds: null })).toBeNull();
  });
});

import { expect, it } from 'vitest';
import type { Example } from '../../src/data/dataset.js';
import { breakDown, partMetrics } from '../../src/eval/breakdown.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import type { Predictions } from '../../src/eval/predictions.js';
import { madeTagging } from './made.js';

const OPTIONS = { protocol: 'made', split: 'test', seed: 1, bootstrapSamples: 50 };
const evaluate = (part: Predictions) => partMetrics(part, OPTIONS);
const predictions = madeTagging(90, 4, 30);
const examples = predictions.ids.map(
  (id, row): Example => ({
    ...{
      id,
      audio: null,
      lyrics: null,
      split: 'test',
      song: predictions.groups[row],
      artist: null,
      title: id,
    },
    targets: predictions.targets.subarray(row * 4, row * 4 + 4),
    columns: { language: row < 30 ? 'zh' : 'en' },
  }),
);

it('evaluates each value of a column alone, with intervals', () => {
  const { language } = breakDown(predictions, examples, evaluate)!;
  expect(Object.keys(language)).toEqual(['en', 'zh']);
  expect([language.en.examples, language.zh.examples]).toEqual([60, 30]);
  const alone = evaluatePredictions(
    {
      ...predictions,
      ids: predictions.ids.slice(0, 30),
      groups: predictions.groups.slice(0, 30),
      scores: predictions.scores.slice(0, 120),
      targets: predictions.targets.slice(0, 120),
    },
    OPTIONS,
  );
  expect(language.zh).toMatchObject({
    roc_auc: alone.roc_auc.macro,
    roc_auc_ci95: alone.roc_auc.ci95,
    accuracy: alone.accuracy,
    majority_accuracy: alone.majority_baseline.accuracy,
  });
  const whole = evaluatePredictions(predictions, OPTIONS).accuracy;
  expect((60 * language.en.accuracy + 30 * language.zh.accuracy) / 90).toBeCloseTo(whole, 12);
});

it('is nothing without columns', () => {
  expect(
    breakDown(
      predictions,
      examples.map(({ columns: _, ...rest }) => rest),
      evaluate,
    ),
  ).toBeNull();
});

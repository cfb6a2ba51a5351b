import { describe, expect, it } from 'vitest';
import { precisionRecallCurve, rocCurve, trapezoidArea } from '../../src/eval/curves.js';
import { countByLabel, decideByThreshold, f1Averages, f1Score } from '../../src/eval/decisions.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import { meanOfDefined } from '../../src/eval/means.js';
import { perExampleMetrics } from '../../src/eval/per-example.js';
import { rankByScore, rankColumns, readRanking } from '../../src/eval/ranking.js';
import { needsShared } from '../reference.js';
import { FIRST_TIES, goldenMatrices, LABELS, sharedMatrices } from './reference.js';

const SOURCES = { 'generated scores': goldenMatrices, 'the scores of ../shared': sharedMatrices };
const NAMES = Object.keys(SOURCES) as (keyof typeof SOURCES)[];

const HALF = new Float64Array(LABELS).fill(0.5);

function expectClose(actual: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] === null) expect(actual[i], `entry ${i}`).toBeNull();
    else expect(Math.abs(actual[i]! - expected[i]!), `entry ${i}`).toBeLessThan(1e-9);
  }
}

it('the scores are those that Python generated', () => {
  const { scores } = goldenMatrices().small.predictions;
  expect([...scores.subarray(0, LABELS)]).toEqual(FIRST_TIES);
});

describe('scikit-learn’s values', () => {
  it.for(NAMES)('are met on 500 × 50 scores full of ties: %s', (name, ctx) => {
    if (SOURCES[name] === sharedMatrices) needsShared(ctx);
    const { predictions, expected } = SOURCES[name]().small;
    const metrics = evaluatePredictions(predictions, {
      protocol: 'reference',
      split: 'test',
      seed: 1,
      bootstrapSamples: 0,
    });
    expectClose(
      metrics.per_label.map((label) => label.roc_auc),
      expected.roc_auc_per_tag,
    );
    expectClose(
      metrics.per_label.map((label) => label.pr_auc),
      expected.average_precision_per_tag,
    );
    expectClose(
      metrics.per_label.map((label) => label.f1),
      expected.f1_per_tag,
    );
    expectClose(
      [metrics.roc_auc.macro, metrics.roc_auc.micro, metrics.roc_auc.weighted],
      [expected.roc_auc_macro, expected.roc_auc_micro, expected.roc_auc_weighted],
    );
    expectClose(
      [metrics.pr_auc.macro, metrics.pr_auc.micro],
      [expected.average_precision_macro, expected.average_precision_micro],
    );
    expectClose(
      [metrics.f1.macro, metrics.f1.micro, metrics.f1.weighted],
      [expected.f1_macro, expected.f1_micro, expected.f1_weighted],
    );
    expectClose([1 - metrics.accuracy], [expected.hamming_loss]);
    const each = metrics.per_example!;
    expectClose(
      [each.f1, each.subset_accuracy, each.roc_auc, each.label_ranking_average_precision],
      [
        expected.f1_samples,
        expected.subset_accuracy,
        expected.mean_sample_roc_auc,
        expected.label_ranking_average_precision,
      ],
    );
    expect(metrics.undefined_labels).toEqual(['tag7']);
  });

  it.for(NAMES)('are met by the curves and by precision and recall: %s', (name, ctx) => {
    if (SOURCES[name] === sharedMatrices) needsShared(ctx);
    const { predictions, expected } = SOURCES[name]().small;
    const { scores, targets, labels } = predictions;
    const column = (values: Float32Array | Uint8Array, j: number): number[] =>
      Array.from({ length: 500 }, (_, row) => values[row * LABELS + j]);
    const curves = labels.map((_, j) => {
      const s = Float32Array.from(column(scores as Float32Array, j));
      const t = Uint8Array.from(column(targets, j));
      return { roc: rocCurve(s, t), precisionRecall: precisionRecallCurve(s, t) };
    });
    expectClose(
      curves.map(({ roc }) => roc && trapezoidArea(roc)),
      expected.roc_auc_per_tag,
    );
    expectClose(
      curves.map(({ precisionRecall }) => precisionRecall && trapezoidArea(precisionRecall)),
      expected.pr_auc_trapezoid_per_tag,
    );
    const counts = countByLabel(decideByThreshold(scores, HALF), targets, LABELS);
    expectClose(
      counts.map((c) => c.truePositives / Math.max(1, c.truePositives + c.falsePositives)),
      expected.precision_per_tag,
    );
    expectClose(
      counts.map((c) => c.truePositives / Math.max(1, c.truePositives + c.falseNegatives)),
      expected.recall_per_tag,
    );
  });

  it.for(NAMES)('are met on 5,329 × 50 scores in double precision: %s', (name, ctx) => {
    if (SOURCES[name] === sharedMatrices) needsShared(ctx);
    const { scores, targets, check, expected } = SOURCES[name]().large;
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(check.score_sum, 6);
    const ranked = rankColumns(scores, targets, LABELS).map((ranking) => readRanking(ranking));
    const decisions = decideByThreshold(scores, HALF);
    const counts = countByLabel(decisions, targets, LABELS);
    const positives = counts.map((label) => label.truePositives + label.falseNegatives);
    expect(positives).toEqual(check.positives_per_tag);
    const rocAucs = ranked.map((label) => label.rocAuc);
    expectClose(rocAucs, expected.roc_auc_per_tag);
    expectClose(
      ranked.map((label) => label.averagePrecision),
      expected.average_precision_per_tag,
    );
    const micro = readRanking(rankByScore(scores, targets));
    expectClose(
      [meanOfDefined(rocAucs), meanOfDefined(rocAucs, positives), micro.rocAuc, micro.averagePrecision],
      [
        expected.roc_auc_macro,
        expected.roc_auc_weighted,
        expected.roc_auc_micro,
        expected.average_precision_micro,
      ],
    );
    expectClose(counts.map(f1Score), expected.f1_per_tag);
    const f1 = f1Averages(counts);
    expectClose(
      [f1.macro, f1.micro, f1.weighted],
      [expected.f1_macro, expected.f1_micro, expected.f1_weighted],
    );
    const each = perExampleMetrics(scores, targets, { f1: decisions, accuracy: decisions }, LABELS);
    expectClose([each.f1, each.subset_accuracy], [expected.f1_samples, expected.subset_accuracy]);
  });
});

import { describe, expect, it } from 'vitest';
import { precisionRecallCurve, rocCurve, trapezoidArea } from '../../src/eval/curves.js';
import { countByLabel, decideByThreshold, f1Averages, f1Score } from '../../src/eval/decisions.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import { perExampleMetrics } from '../../src/eval/per-example.js';
import { meanOfDefined, rankByScore, rankColumns, readRanking } from '../../src/eval/ranking.js';
import { generatedMatrix, referenceJson, referenceMissing, referencePredictions } from './reference.js';

interface Reference {
  roc_auc_per_tag: (number | null)[];
  average_precision_per_tag: (number | null)[];
  roc_auc_macro: number;
  average_precision_macro: number;
  roc_auc_micro: number;
  average_precision_micro: number;
  f1_macro: number;
  f1_micro: number;
  f1_weighted: number;
  subset_accuracy: number;
  label_accuracy: number;
}
interface Extra {
  f1_per_tag: number[];
  precision_per_tag: number[];
  recall_per_tag: number[];
  f1_samples: number;
  hamming_loss: number;
  mean_sample_roc_auc: number;
  label_ranking_average_precision: number;
  roc_auc_weighted: number;
  pr_auc_trapezoid_per_tag: (number | null)[];
}
interface Generated extends Reference {
  seed: number;
  check: { positives_per_tag: number[]; score_sum: number; first_row_scores: number[] };
  roc_auc_weighted: number;
  f1_per_tag: number[];
  f1_samples: number;
}

function expectClose(actual: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] === null) expect(actual[i], `entry ${i}`).toBeNull();
    else expect(Math.abs(actual[i]! - expected[i]!), `entry ${i}`).toBeLessThan(1e-9);
  }
}

describe.skipIf(referenceMissing)(
  `scikit-learn's values${referenceMissing && `: skipped, ${referenceMissing}`}`,
  () => {
    it('are met on 500 × 50 scores full of ties', () => {
      const { metrics: expected } = referenceJson<{ metrics: Reference }>('reference.json');
      const extra = referenceJson<Extra>('reference_extra.json');
      const metrics = evaluatePredictions(referencePredictions(), {
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
        extra.f1_per_tag,
      );
      expectClose(
        [metrics.roc_auc.macro, metrics.roc_auc.micro, metrics.roc_auc.weighted],
        [expected.roc_auc_macro, expected.roc_auc_micro, extra.roc_auc_weighted],
      );
      expectClose(
        [metrics.pr_auc.macro, metrics.pr_auc.micro],
        [expected.average_precision_macro, expected.average_precision_micro],
      );
      expectClose(
        [metrics.f1.macro, metrics.f1.micro, metrics.f1.weighted],
        [expected.f1_macro, expected.f1_micro, expected.f1_weighted],
      );
      expectClose([metrics.accuracy, 1 - metrics.accuracy], [expected.label_accuracy, extra.hamming_loss]);
      const each = metrics.per_example!;
      expectClose(
        [each.f1, each.subset_accuracy, each.roc_auc, each.label_ranking_average_precision],
        [
          extra.f1_samples,
          expected.subset_accuracy,
          extra.mean_sample_roc_auc,
          extra.label_ranking_average_precision,
        ],
      );
      expect(metrics.undefined_labels).toEqual(['tag7']);
    });

    it('are met by the curves and by precision and recall', () => {
      const { metrics: expected } = referenceJson<{ metrics: Reference }>('reference.json');
      const extra = referenceJson<Extra>('reference_extra.json');
      const { scores, targets, labels } = referencePredictions();
      const column = (values: Float32Array | Uint8Array, j: number): number[] =>
        Array.from({ length: 500 }, (_, row) => values[row * 50 + j]);
      const curves = labels.map((_, j) => {
        const s = Float32Array.from(column(scores, j));
        const t = Uint8Array.from(column(targets, j));
        return { roc: rocCurve(s, t), precisionRecall: precisionRecallCurve(s, t) };
      });
      expectClose(
        curves.map(({ roc }) => roc && trapezoidArea(roc)),
        expected.roc_auc_per_tag,
      );
      expectClose(
        curves.map(({ precisionRecall }) => precisionRecall && trapezoidArea(precisionRecall)),
        extra.pr_auc_trapezoid_per_tag,
      );
      const counts = countByLabel(decideByThreshold(scores, new Float64Array(50).fill(0.5)), targets, 50);
      expectClose(
        counts.map((c) => c.truePositives / Math.max(1, c.truePositives + c.falsePositives)),
        extra.precision_per_tag,
      );
      expectClose(
        counts.map((c) => c.truePositives / Math.max(1, c.truePositives + c.falseNegatives)),
        extra.recall_per_tag,
      );
    });

    it('are met on 5,329 × 50 scores in double precision', () => {
      const expected = referenceJson<Generated>('metrics_5329x50.json');
      const { scores, targets } = generatedMatrix(expected.seed);
      expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(expected.check.score_sum, 6);
      const ranked = rankColumns(scores, targets, 50).map((ranking) => readRanking(ranking));
      const counts = countByLabel(decideByThreshold(scores, new Float64Array(50).fill(0.5)), targets, 50);
      const positives = counts.map((label) => label.truePositives + label.falseNegatives);
      expect(positives).toEqual(expected.check.positives_per_tag);
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
      const each = perExampleMetrics(
        scores,
        targets,
        decideByThreshold(scores, new Float64Array(50).fill(0.5)),
        50,
      );
      expectClose([each.f1, each.subset_accuracy], [expected.f1_samples, expected.subset_accuracy]);
    });
  },
);

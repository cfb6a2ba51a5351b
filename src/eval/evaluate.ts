/** From predictions to `metrics.json`. */
import { UsageError } from '../base/errors.js';
import { numberGroups } from './bootstrap.js';
import {
  confusionMatrix,
  countByLabel,
  decideByArgmax,
  decideByThreshold,
  f1Averages,
  f1Score,
  majorityAccuracy,
  rowAccuracy,
} from './decisions.js';
import { artistGroups, bootstrapRecord } from './groups.js';
import { type Decided, headlineIntervals } from './intervals.js';
import { meanOfDefined } from './means.js';
import type { LabelMetrics, Metrics } from './metrics.js';
import { perExampleMetrics } from './per-example.js';
import { checkPredictions, type Predictions } from './predictions.js';
import { rankByScore, rankColumns, readRanking } from './ranking.js';
import { DEFAULT_THRESHOLD, type Thresholds } from './thresholds.js';

/** How predictions are evaluated. */
export interface EvaluationOptions {
  /** The data set's protocol: `labelled`. */
  protocol: string;
  /** The split that the predictions are of: `test`. */
  split: string;
  /** Seed of the bootstrap. */
  seed: number;
  /** For each label, chosen on validation predictions; 0.5 each when absent. Tagging only. */
  thresholds?: Thresholds;
  /** Bootstrap samples for the intervals; 0 for none. */
  bootstrapSamples: number;
}

/**
 * The mean of the ROC-AUCs of labels that have a positive and a negative; null when none has. Throws as
 * `checkPredictions`.
 */
export const macroRocAuc = (predictions: Predictions): number | null => macroRank(predictions, 'rocAuc');

/** The mean of the average precisions of the same labels; null when there is none. Throws as `checkPredictions`. */
export const macroPrAuc = (predictions: Predictions): number | null =>
  macroRank(predictions, 'averagePrecision');

function macroRank(predictions: Predictions, metric: 'rocAuc' | 'averagePrecision'): number | null {
  checkPredictions(predictions);
  const { scores, targets, labels } = predictions;
  return meanOfDefined(
    rankColumns(scores, targets, labels.length).map((ranking) => readRanking(ranking)[metric]),
  );
}

/**
 * Computes every number of a run. Rank metrics are scikit-learn's, except that a label without positives or negatives
 * is undefined and left out of macro and weighted means; micro ranks all decisions of all labels together. Accuracy is,
 * for tags, the share of right decisions over all labels (1 - Hamming loss) and, for classes, the share of right
 * classes; see `majorityAccuracy` for its baseline. Throws UsageError when predictions or thresholds do not fit;
 * Failure when a score is not finite.
 */
export function evaluatePredictions(predictions: Predictions, options: EvaluationOptions): Metrics {
  checkPredictions(predictions);
  const { task, labels, ids, scores, targets } = predictions;
  const columns = labels.length;
  const thresholds = task === 'tagging' ? thresholdsFor(labels, options.thresholds) : null;
  const classes = thresholds ? null : decideByArgmax(scores, columns);
  const decided: Decided = {
    f1: classes ?? decideByThreshold(scores, thresholds!.f1),
    accuracy: classes ?? decideByThreshold(scores, thresholds!.accuracy),
  };
  const counts = countByLabel(decided.f1, targets, columns);
  const positives = counts.map((label) => label.truePositives + label.falseNegatives);
  const rankings = rankColumns(scores, targets, columns);
  const ranked = rankings.map((ranking) => readRanking(ranking));
  const rocAucs = ranked.map((label) => label.rocAuc);
  const prAucs = ranked.map((label) => label.averagePrecision);
  const micro = readRanking(rankByScore(scores, targets));
  const accuracies = rowAccuracy(decided.accuracy, predictions);
  const { bootstrapSamples: samples, seed } = options;
  const intervals = headlineIntervals(predictions, rankings, decided, samples, seed);
  const byArtist = artistGroups(predictions);
  const ofArtists = byArtist && headlineIntervals(byArtist, rankings, decided, samples, seed);
  return {
    task,
    protocol: options.protocol,
    split: options.split,
    examples: ids.length,
    labels: columns,
    undefined_labels: labels.filter((_, j) => rocAucs[j] === null),
    roc_auc: {
      macro: meanOfDefined(rocAucs),
      micro: micro.rocAuc,
      weighted: meanOfDefined(rocAucs, positives),
      ci95: intervals.macroRocAuc,
    },
    pr_auc: {
      macro: meanOfDefined(prAucs),
      micro: micro.averagePrecision,
      weighted: meanOfDefined(prAucs, positives),
      ci95: intervals.macroPrAuc,
    },
    accuracy: accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length,
    accuracy_ci95: intervals.accuracy,
    f1: { ...f1Averages(counts), ci95: intervals.macroF1 },
    majority_baseline: {
      accuracy: majorityAccuracy(predictions),
      difference_ci95: intervals.overMajority,
    },
    per_example: task === 'tagging' ? perExampleMetrics(scores, targets, decided, columns) : null,
    confusion: classes && confusionMatrix(classes, targets, columns),
    bootstrap: bootstrapRecord(predictions, samples),
    ...(ofArtists && {
      by_artist: {
        groups: numberGroups(byArtist.groups).groups,
        roc_auc: ofArtists.macroRocAuc,
        pr_auc: ofArtists.macroPrAuc,
        accuracy: ofArtists.accuracy,
        f1: ofArtists.macroF1,
      },
    }),
    per_label: labels.map(
      (label, j): LabelMetrics => ({
        label,
        positives: positives[j],
        roc_auc: rocAucs[j],
        pr_auc: prAucs[j],
        f1: f1Score(counts[j]),
        threshold: thresholds ? thresholds.f1[j] : null,
        accuracy_threshold: thresholds ? thresholds.accuracy[j] : null,
      }),
    ),
  };
}

function thresholdsFor(labels: readonly string[], given: Thresholds | undefined): Thresholds {
  if (given === undefined) {
    const halves = labels.map(() => DEFAULT_THRESHOLD);
    return { f1: halves, accuracy: halves };
  }
  const wrong = [given.f1, given.accuracy].find(({ length }) => length !== labels.length);
  if (wrong)
    throw new UsageError(
      `There are ${wrong.length} thresholds for ${labels.length} labels; choose thresholds with the same labels.`,
    );
  return given;
}

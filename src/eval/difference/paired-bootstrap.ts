/**
 * Metrics of several models under the same resamples of songs, so that their differences do not depend on the
 * resample's difficulty.
 */
import { randomGenerator } from '../../base/random.js';
import { labelWidths, numberGroups, percentileInterval, resampleGroups, shiftedTo } from '../bootstrap.js';
import { decideByArgmax, decideByThreshold, rowAccuracy } from '../decisions.js';
import { meanWithin } from '../means.js';
import type { Interval, Metrics } from '../metrics.js';
import type { Predictions } from '../predictions.js';
import { type Ranking, type RankScores, readRanking } from '../ranking.js';
import { type MeasuredNumbers, readNumbers } from '../regression/scores.js';
import { DEFAULT_THRESHOLD } from '../thresholds.js';
import type { PerMetric } from './compared-metrics.js';

/** A model's predictions, ready to be read under many weights. */
export type ReadableRun = RankedRun | MeasuredNumbers;

/** A model's scores of labels. */
export interface RankedRun {
  rankings: readonly Ranking[];
  /** Of the whole split: the labels that means are taken over. */
  estimates: readonly RankScores[];
  /** Of `labelWidths`. */
  widths: ArrayLike<number>;
  /** Of `rowAccuracy`. */
  accuracyOfRow: Float64Array;
}

/** Result of a paired bootstrap of a difference. */
export interface BootstrapDifference {
  interval: Interval | null;
  /** Two-sided; null without resamples. */
  p: number | null;
}

/** Prepares a model for the bootstrap; its metrics' thresholds decide. */
export function rankedRun(
  predictions: Predictions,
  rankings: readonly Ranking[],
  metrics: Metrics,
): RankedRun {
  const { task, scores, labels, targets, groups } = predictions;
  const thresholds = metrics.per_label.map(
    ({ threshold, accuracy_threshold: own = threshold }) => own ?? DEFAULT_THRESHOLD,
  );
  const decisions =
    task === 'tagging' ? decideByThreshold(scores, thresholds) : decideByArgmax(scores, labels.length);
  return {
    rankings,
    estimates: rankings.map((ranking) => readRanking(ranking)),
    widths: labelWidths(targets, labels.length, numberGroups(groups)),
    accuracyOfRow: rowAccuracy(decisions, predictions),
  };
}

/**
 * The compared metrics of a model's task, null where undefined. `weights`: how often each row counts. Default: once. A label
 * that the weights leave undefined keeps its estimate, and deviations from the estimates are widened by `labelWidths`.
 */
export function readMetrics(run: ReadableRun, weights?: Uint32Array): PerMetric<number | null> {
  if ('columns' in run) return readNumbers(run, weights).macro as PerMetric<number | null>;
  const ranked = weights ? run.rankings.map((ranking) => readRanking(ranking, weights)) : run.estimates;
  const mean = (key: keyof RankScores): number | null =>
    meanWithin(
      ranked.map((label) => label[key]),
      run.estimates.map((label) => label[key]),
      run.widths,
    );
  let right = 0;
  let total = 0;
  for (let row = 0; row < run.accuracyOfRow.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    right += weight * run.accuracyOfRow[row];
    total += weight;
  }
  return {
    roc_auc: mean('rocAuc'),
    pr_auc: mean('averagePrecision'),
    accuracy: total > 0 ? right / total : null,
  } as PerMetric<number | null>;
}

/**
 * Every model's metrics in each resample of songs (the same for all), PR-AUC shifted by its bias; empty where there is
 * only one song. Costs samples × models × decisions.
 */
export function resampleMetrics(
  runs: readonly ReadableRun[],
  groups: readonly string[],
  samples: number,
  seed: number,
  onSample?: (done: number) => void,
): PerMetric<number | null>[][] {
  const resampled = runs.map((): PerMetric<number | null>[] => []);
  const grouping = numberGroups(groups);
  if (grouping.groups < 2) return resampled;
  for (const weights of resampleGroups(grouping, samples, randomGenerator(seed, 'paired bootstrap'))) {
    runs.forEach((run, i) => {
      resampled[i].push(readMetrics(run, weights));
    });
    onSample?.(resampled[0].length);
  }
  return resampled.map((values, i) => {
    if ('columns' in runs[i]) return values;
    const shifted = shiftedTo(
      readMetrics(runs[i]).pr_auc,
      values.map(({ pr_auc }) => pr_auc),
    );
    return values.map((value, sample) => ({ ...value, pr_auc: shifted[sample] }));
  });
}

/**
 * The 95 % percentile interval of differences, and the p-value that inverts it: twice the share of resamples on the
 * rarer side of zero, the sample itself counted as one more on that side, at most 1. It is the level at which a
 * percentile interval would just touch zero, not a resampling under the null hypothesis.
 */
export function bootstrapDifference(differences: readonly (number | null)[]): BootstrapDifference {
  const interval = percentileInterval(differences);
  if (interval === null) return { interval, p: null };
  let total = 0;
  let notAbove = 0;
  let notBelow = 0;
  for (const value of differences) {
    if (value === null) continue;
    total++;
    if (value <= 0) notAbove++;
    if (value >= 0) notBelow++;
  }
  return { interval, p: Math.min(1, (2 * (Math.min(notAbove, notBelow) + 1)) / (total + 1)) };
}

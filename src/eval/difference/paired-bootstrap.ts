/**
 * Metrics of several models under the same resamples of songs, so that what is hard or easy about a resample cancels
 * in their differences.
 */
import { randomGenerator } from '../../base/random.js';
import { numberGroups, percentileInterval, resampleGroups } from '../bootstrap.js';
import { decideByArgmax, decideByThreshold, rowAccuracy } from '../decisions.js';
import type { Interval, Metrics } from '../metrics.js';
import type { Predictions } from '../predictions.js';
import { meanOfDefined, type Ranking, readRanking } from '../ranking.js';
import { DEFAULT_THRESHOLD } from '../thresholds.js';

/** The metrics that are compared. */
export const COMPARED_METRICS = ['roc_auc', 'pr_auc', 'accuracy'] as const;

/** Name of a compared metric: macro ROC-AUC, macro average precision, accuracy. */
export type ComparedMetric = (typeof COMPARED_METRICS)[number];

/** A value for each metric. */
export type PerMetric<Value> = Record<ComparedMetric, Value>;

/** Makes a value for each metric. */
export function perMetric<Value>(make: (metric: ComparedMetric) => Value): PerMetric<Value> {
  return { roc_auc: make('roc_auc'), pr_auc: make('pr_auc'), accuracy: make('accuracy') };
}

/** A model's answers, ready to be read under many weights. */
export interface RankedRun {
  rankings: readonly Ranking[];
  /** Of `rowAccuracy`. */
  accuracyOfRow: Float64Array;
}

/** What a paired bootstrap says of a difference. */
export interface BootstrapDifference {
  interval: Interval | null;
  /** Two-sided; null without resamples. */
  p: number | null;
}

/**
 * Prepares a model for the bootstrap.
 *
 * @param metrics - the run's numbers, whose thresholds decide
 * @returns what `resampleMetrics` reads
 */
export function rankedRun(
  predictions: Predictions,
  rankings: readonly Ranking[],
  metrics: Metrics,
): RankedRun {
  const { task, scores, labels } = predictions;
  const thresholds = metrics.per_label.map(({ threshold }) => threshold ?? DEFAULT_THRESHOLD);
  const decisions =
    task === 'tagging' ? decideByThreshold(scores, thresholds) : decideByArgmax(scores, labels.length);
  return { rankings, accuracyOfRow: rowAccuracy(decisions, predictions) };
}

/**
 * Reads the compared metrics of a model.
 *
 * @param weights - how often each row counts; once each when absent
 * @returns the metrics; null where undefined
 */
export function readMetrics(run: RankedRun, weights?: Uint32Array): PerMetric<number | null> {
  const ranked = run.rankings.map((ranking) => readRanking(ranking, weights));
  let right = 0;
  let total = 0;
  for (let row = 0; row < run.accuracyOfRow.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    right += weight * run.accuracyOfRow[row];
    total += weight;
  }
  return {
    roc_auc: meanOfDefined(ranked.map((label) => label.rocAuc)),
    pr_auc: meanOfDefined(ranked.map((label) => label.averagePrecision)),
    accuracy: total > 0 ? right / total : null,
  };
}

/**
 * Resamples songs and reads every model's metrics under each resample. Cost: samples × models × decisions.
 *
 * @param samples - how many resamples
 * @param onSample - told after each resample
 * @returns for each model, its metrics in each resample (the same resamples for all); empty where there is only one
 *   song, since nothing can be resampled then
 */
export function resampleMetrics(
  runs: readonly RankedRun[],
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
  return resampled;
}

/**
 * Interval and test of a difference.
 *
 * @param differences - of a metric in each resample; null where undefined
 * @returns the 95 % percentile interval, and the p-value that belongs to it: twice the share of resamples on the
 *   rarer side of zero, counting the sample itself (Davison and Hinkley 1997, equation 4.11), at most 1
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

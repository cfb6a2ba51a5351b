/** The intervals of a run's headline numbers, all from the same resamples. */
import { randomGenerator } from '../base/random.js';
import {
  clipped,
  labelWidths,
  numberGroups,
  percentileInterval,
  resampleGroups,
  shiftedTo,
} from './bootstrap.js';
import { f1Score, type LabelCounts, rowAccuracy } from './decisions.js';
import { meanOfDefined, meanWithin } from './means.js';
import type { Interval } from './metrics.js';
import type { Predictions } from './predictions.js';
import { type Ranking, readRanking } from './ranking.js';

/** 95 % intervals; null where there is only one group or no samples. */
export interface HeadlineIntervals {
  macroRocAuc: Interval | null;
  macroPrAuc: Interval | null;
  accuracy: Interval | null;
  /** Of accuracy minus that of the majority baseline on the same resample. */
  overMajority: Interval | null;
  macroF1: Interval | null;
}

/** What a split's predictions decide, at the thresholds of F1 and at those of accuracy. */
export interface Decided {
  f1: Uint8Array;
  accuracy: Uint8Array;
}

/**
 * Bootstraps the headline numbers at fixed thresholds; the same seed gives the same intervals. Means over labels are
 * over the labels that are defined on the whole split: one that a resample leaves without positives or negatives keeps
 * its estimate there, and labels with few positives deviate by more (`labelWidths`). PR-AUC's resamples are shifted by
 * their bias. `rankings` are of `rankColumns`; 0 `samples` for no
 * intervals.
 */
export function headlineIntervals(
  predictions: Predictions,
  rankings: readonly Ranking[],
  decided: Decided,
  samples: number,
  seed: number,
): HeadlineIntervals {
  const grouping = numberGroups(predictions.groups);
  if (grouping.groups < 2)
    return { macroRocAuc: null, macroPrAuc: null, accuracy: null, overMajority: null, macroF1: null };
  const accuracyOfRow = rowAccuracy(decided.accuracy, predictions);
  const said = saidOrTrue(decided.f1, predictions);
  const whole = rankings.map((ranking) => readRanking(ranking));
  const widths = labelWidths(predictions.targets, predictions.labels.length, grouping);
  const once = new Uint32Array(predictions.ids.length).fill(1);
  const f1sOfLabels = said.map((rows) => f1Score(weightedCounts(rows, once)));
  const rocAucsOfLabels = whole.map(({ rocAuc }) => rocAuc);
  const prAucsOfLabels = whole.map(({ averagePrecision }) => averagePrecision);
  const rocAucs: (number | null)[] = [];
  const prAucs: (number | null)[] = [];
  const accuracies: (number | null)[] = [];
  const overMajority: (number | null)[] = [];
  const f1s: (number | null)[] = [];
  for (const weights of resampleGroups(grouping, samples, randomGenerator(seed, 'bootstrap'))) {
    const ranked = rankings.map((ranking) => readRanking(ranking, weights));
    const mean = (values: (number | null)[], estimates: (number | null)[]): number | null =>
      meanWithin(values, estimates, widths);
    rocAucs.push(
      mean(
        ranked.map(({ rocAuc }) => rocAuc),
        rocAucsOfLabels,
      ),
    );
    prAucs.push(
      mean(
        ranked.map(({ averagePrecision }) => averagePrecision),
        prAucsOfLabels,
      ),
    );
    const counts = said.map((rows) => weightedCounts(rows, weights));
    const accuracy = weightedMean(accuracyOfRow, weights);
    accuracies.push(accuracy);
    overMajority.push(accuracy - weightedMajority(predictions.task, counts, weights));
    f1s.push(mean(counts.map(f1Score), f1sOfLabels));
  }
  const range: Interval = [0, 1];
  return {
    macroRocAuc: clipped(percentileInterval(rocAucs), range),
    macroPrAuc: clipped(percentileInterval(shiftedTo(meanOfDefined(prAucsOfLabels), prAucs)), range),
    accuracy: percentileInterval(accuracies),
    overMajority: percentileInterval(overMajority),
    macroF1: clipped(percentileInterval(f1s), range),
  };
}

/** `majorityAccuracy` of a resample. */
function weightedMajority(task: Predictions['task'], counts: LabelCounts[], weights: Uint32Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = counts.map(({ truePositives, falseNegatives }) => (truePositives + falseNegatives) / total);
  return task === 'classification'
    ? Math.max(...shares)
    : shares.reduce((sum, share) => sum + Math.max(share, 1 - share), 0) / shares.length;
}

function weightedMean(values: Float64Array, weights: Uint32Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

/** The rows of each label that matter to F1, packed `row * 4 + 2 * decision + truth`: most rows are neither. */
function saidOrTrue(decisions: Uint8Array, { labels, targets }: Predictions): Uint32Array[] {
  const columns = labels.length;
  return labels.map((_, column) => {
    const packed: number[] = [];
    for (let i = column, row = 0; i < targets.length; i += columns, row++)
      if (decisions[i] === 1 || targets[i] === 1) packed.push(row * 4 + 2 * decisions[i] + targets[i]);
    return Uint32Array.from(packed);
  });
}

function weightedCounts(packed: Uint32Array, weights: Uint32Array): LabelCounts {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let k = 0; k < packed.length; k++) {
    const weight = weights[packed[k] >>> 2];
    switch (packed[k] & 3) {
      case 3:
        truePositives += weight;
        break;
      case 2:
        falsePositives += weight;
        break;
      default:
        falseNegatives += weight;
    }
  }
  return { truePositives, falsePositives, falseNegatives };
}

/** The intervals of a run's headline numbers, all from the same resamples. */
import { randomGenerator } from '../base/random.js';
import { numberGroups, percentileInterval, resampleGroups } from './bootstrap.js';
import { f1Score, rowAccuracy } from './decisions.js';
import { meanOfDefined } from './means.js';
import type { Interval } from './metrics.js';
import type { Predictions } from './predictions.js';
import { type Ranking, readRanking } from './ranking.js';

/** 95 % intervals; null where there is only one group or no sample was asked for. */
export interface HeadlineIntervals {
  macroRocAuc: Interval | null;
  macroPrAuc: Interval | null;
  accuracy: Interval | null;
  macroF1: Interval | null;
}

/**
 * Bootstraps the headline numbers at fixed thresholds; the same seed gives the same intervals. A label that a resample
 * leaves without positives or negatives is left out of that resample's means of ROC-AUC and PR-AUC. `rankings` are of
 * `rankColumns`; 0 `samples` for no intervals.
 */
export function headlineIntervals(
  predictions: Predictions,
  rankings: readonly Ranking[],
  decisions: Uint8Array,
  samples: number,
  seed: number,
): HeadlineIntervals {
  const grouping = numberGroups(predictions.groups);
  if (grouping.groups < 2) return { macroRocAuc: null, macroPrAuc: null, accuracy: null, macroF1: null };
  const accuracyOfRow = rowAccuracy(decisions, predictions);
  const said = saidOrTrue(decisions, predictions);
  const rocAucs: (number | null)[] = [];
  const prAucs: (number | null)[] = [];
  const accuracies: (number | null)[] = [];
  const f1s: (number | null)[] = [];
  for (const weights of resampleGroups(grouping, samples, randomGenerator(seed, 'bootstrap'))) {
    const ranked = rankings.map((ranking) => readRanking(ranking, weights));
    rocAucs.push(meanOfDefined(ranked.map((scores) => scores.rocAuc)));
    prAucs.push(meanOfDefined(ranked.map((scores) => scores.averagePrecision)));
    accuracies.push(weightedMean(accuracyOfRow, weights));
    f1s.push(meanOfDefined(said.map((rows) => weightedF1(rows, weights))));
  }
  return {
    macroRocAuc: percentileInterval(rocAucs),
    macroPrAuc: percentileInterval(prAucs),
    accuracy: percentileInterval(accuracies),
    macroF1: percentileInterval(f1s),
  };
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

function weightedF1(packed: Uint32Array, weights: Uint32Array): number {
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
  return f1Score({ truePositives, falsePositives, falseNegatives });
}

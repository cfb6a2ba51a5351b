/** Calibration: whether a score of 0.7 is right seven times in ten. */
import { argmax } from './decisions.js';
import { labelColumn, type Predictions } from './predictions.js';

/** Decisions whose scores fall into the same tenth. */
export interface CalibrationBin {
  /** Mean score of the bin's decisions. */
  score: number;
  /** Share of them that are true. */
  truth: number;
  count: number;
}

/** How scores compare with frequencies. */
export interface Calibration {
  /** Non-empty bins of equal width, from low to high scores, of all decisions. */
  bins: CalibrationBin[];
  /**
   * Expected calibration error, the mean |score - truth| over bins, weighted by their decisions: of all decisions, every
   * label of every example. Where labels are rare it is mostly that of their zeros.
   */
  expectedError: number;
  /** Of tags: the mean over labels of each one's own. Of classes: of the predicted class alone (Guo et al. 2017). */
  expectedErrorOfLabels: number;
  /** Mean squared difference of score and truth (Brier 1950). */
  brier: number;
}

interface Decisions {
  scores: ArrayLike<number>;
  targets: ArrayLike<number>;
}

/** The reliability diagram of predictions in bins of equal width; zeros where there are no decisions. */
export function calibrate(predictions: Predictions, binCount = 10): Calibration {
  const { task, labels, ids, scores, targets } = predictions;
  const bins = binsOf(predictions, binCount);
  const squared = scores.reduce((sum, score, i) => sum + (score - targets[i]) ** 2, 0);
  const own =
    task === 'tagging'
      ? labels.map((_, column) => errorOf(binsOf(labelColumn(predictions, column), binCount)))
      : [errorOf(binsOf(topClasses(predictions), binCount))];
  return {
    bins,
    expectedError: errorOf(bins),
    expectedErrorOfLabels: ids.length === 0 ? 0 : own.reduce((sum, error) => sum + error, 0) / own.length,
    brier: squared / Math.max(1, scores.length),
  };
}

function binsOf({ scores, targets }: Decisions, binCount: number): CalibrationBin[] {
  const score = new Float64Array(binCount);
  const truth = new Float64Array(binCount);
  const count = new Float64Array(binCount);
  for (let i = 0; i < scores.length; i++) {
    const bin = Math.min(binCount - 1, Math.max(0, Math.floor(scores[i] * binCount)));
    score[bin] += scores[i];
    truth[bin] += targets[i];
    count[bin]++;
  }
  return [...count.keys()]
    .filter((bin) => count[bin] > 0)
    .map((bin) => ({ score: score[bin] / count[bin], truth: truth[bin] / count[bin], count: count[bin] }));
}

function errorOf(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.score - bin.truth), 0) / Math.max(1, total);
}

/** The highest score of each example, and whether its class is the true one. */
function topClasses({ scores, targets, ids, labels }: Predictions): Decisions {
  const top = ids.map((_, row) => argmax(scores, row * labels.length, labels.length));
  return { scores: top.map((i) => scores[i]), targets: top.map((i) => targets[i]) };
}

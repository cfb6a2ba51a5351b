/** Calibration: whether a score of 0.7 is right seven times in ten. */
import type { Predictions } from './predictions.js';

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
  /** Non-empty bins of equal width, from low to high scores. */
  bins: CalibrationBin[];
  /** Expected calibration error: mean |score - truth| over bins, weighted by their decisions. */
  expectedError: number;
  /** Mean squared difference of score and truth (Brier 1950). */
  brier: number;
}

/**
 * The reliability diagram of all decisions, every label of every example (Guo et al. 2017), in bins of equal width;
 * zeros where there are no decisions.
 */
export function calibrate({ scores, targets }: Predictions, binCount = 10): Calibration {
  const score = new Float64Array(binCount);
  const truth = new Float64Array(binCount);
  const count = new Float64Array(binCount);
  let squared = 0;
  for (let i = 0; i < scores.length; i++) {
    const bin = Math.min(binCount - 1, Math.max(0, Math.floor(scores[i] * binCount)));
    score[bin] += scores[i];
    truth[bin] += targets[i];
    count[bin]++;
    squared += (scores[i] - targets[i]) ** 2;
  }
  const total = Math.max(1, scores.length);
  const bins = [...count.keys()]
    .filter((bin) => count[bin] > 0)
    .map((bin) => ({ score: score[bin] / count[bin], truth: truth[bin] / count[bin], count: count[bin] }));
  const error = bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.score - bin.truth), 0);
  return { bins, expectedError: error / total, brier: squared / total };
}

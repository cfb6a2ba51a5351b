/** Metrics of decisions: of what thresholds or the highest score make of scores. */
import type { Predictions } from './predictions.js';
import type { Scores } from './ranking.js';

/** Decisions of one label over all examples. */
export interface LabelCounts {
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

/** Decides every label, 0 or 1 [rows × columns], by its column's threshold; a score from there on is positive. */
export function decideByThreshold(scores: Scores, thresholds: ArrayLike<number>): Uint8Array {
  const columns = thresholds.length;
  const decisions = new Uint8Array(scores.length);
  for (let i = 0, column = 0; i < scores.length; i++) {
    decisions[i] = scores[i] >= thresholds[column] ? 1 : 0;
    if (++column === columns) column = 0;
  }
  return decisions;
}

/** Decides for the class with the highest score, the first one among equals: a single 1 per row, [rows × columns]. */
export function decideByArgmax(scores: Scores, columns: number): Uint8Array {
  const decisions = new Uint8Array(scores.length);
  for (let row = 0; row < scores.length; row += columns) decisions[argmax(scores, row, columns)] = 1;
  return decisions;
}

/**
 * Decides every label of a split, 0 or 1 [rows × columns]: the class with the highest score, or the tags from their
 * thresholds on; a tag without a threshold is never positive.
 */
export function decide(
  { task, scores }: Pick<Predictions, 'task' | 'scores'>,
  labels: readonly { threshold: number | null }[],
): Uint8Array {
  return task === 'classification'
    ? decideByArgmax(scores, labels.length)
    : decideByThreshold(
        scores,
        labels.map(({ threshold }) => threshold ?? Number.POSITIVE_INFINITY),
      );
}

/** Index of the highest of `count` values from `start` on; the first one among equals. */
export function argmax(values: ArrayLike<number>, start: number, count: number): number {
  let best = start;
  for (let i = start + 1; i < start + count; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Counts right and wrong decisions per label; decisions and targets are 0 or 1, [rows × columns]. */
export function countByLabel(decisions: Uint8Array, targets: Uint8Array, columns: number): LabelCounts[] {
  const counts = Array.from({ length: columns }, () => ({
    truePositives: 0,
    falsePositives: 0,
    falseNegatives: 0,
  }));
  for (let i = 0; i < decisions.length; i++) {
    const label = counts[i % columns];
    if (decisions[i] === 1 && targets[i] === 1) label.truePositives++;
    else if (decisions[i] === 1) label.falsePositives++;
    else if (targets[i] === 1) label.falseNegatives++;
  }
  return counts;
}

/**
 * F1, the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN), of one label or of summed counts (micro); 0
 * without any positive, as scikit-learn with `zero_division=0`.
 */
export function f1Score({ truePositives, falsePositives, falseNegatives }: LabelCounts): number {
  const denominator = 2 * truePositives + falsePositives + falseNegatives;
  return denominator === 0 ? 0 : (2 * truePositives) / denominator;
}

/** F1 over labels: the mean (`macro`), of summed counts (`micro`), the mean weighted by positives (`weighted`). */
export function f1Averages(counts: readonly LabelCounts[]): {
  macro: number;
  micro: number;
  weighted: number;
} {
  const total: LabelCounts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
  let sum = 0;
  let weightedSum = 0;
  for (const label of counts) {
    const f1 = f1Score(label);
    sum += f1;
    weightedSum += f1 * (label.truePositives + label.falseNegatives);
    total.truePositives += label.truePositives;
    total.falsePositives += label.falsePositives;
    total.falseNegatives += label.falseNegatives;
  }
  const positives = total.truePositives + total.falseNegatives;
  return {
    macro: sum / counts.length,
    micro: f1Score(total),
    weighted: positives === 0 ? 0 : weightedSum / positives,
  };
}

/**
 * Accuracy per example: for tags, the share of labels decided rightly (so that the mean is 1 - Hamming loss); for
 * classes, 1 where the class is right and else 0.
 */
export function rowAccuracy(decisions: Uint8Array, { task, labels, targets }: Predictions): Float64Array {
  const columns = labels.length;
  const accuracy = new Float64Array(decisions.length / columns);
  for (let row = 0; row < accuracy.length; row++) {
    let right = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) if (decisions[i] === targets[i]) right++;
    accuracy[row] = task === 'tagging' ? right / columns : right === columns ? 1 : 0;
  }
  return accuracy;
}

/**
 * The accuracy of a constant answer, comparable with the mean of `rowAccuracy`: for each tag whatever is more frequent
 * in the split; for classes, the most frequent class.
 */
export function majorityAccuracy({ task, labels, ids, targets }: Predictions): number {
  const positives = new Float64Array(labels.length);
  for (let i = 0; i < targets.length; i++) positives[i % labels.length] += targets[i];
  const prevalence = Array.from(positives, (count) => count / ids.length);
  if (task === 'classification') return Math.max(...prevalence);
  return prevalence.reduce((sum, p) => sum + Math.max(p, 1 - p), 0) / labels.length;
}

/** The confusion matrix of a classification, counts [true class][predicted class]. */
export function confusionMatrix(decisions: Uint8Array, targets: Uint8Array, columns: number): number[][] {
  const counts = Array.from({ length: columns }, () => new Array<number>(columns).fill(0));
  for (let row = 0; row < targets.length; row += columns)
    counts[argmax(targets, row, columns) - row][argmax(decisions, row, columns) - row]++;
  return counts;
}

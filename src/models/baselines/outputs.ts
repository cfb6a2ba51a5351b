/** One-vs-rest problems of labels, and probabilities of labels from their solutions. */
import type { Labels, TrainingRows } from './classifier.js';

/** A one-vs-rest problem: one tag, or one class against the others. */
export interface BinaryProblem {
  /** Position of its label. */
  label: number;
  /** 1 for yes, [rows]. */
  positive: Uint8Array;
  /** Number of positive rows. */
  positives: number;
}

/** The problems of labels: one per label, and of two classes only whether it is the second. */
export function oneVsRestProblems({ x, targets, count, exclusive }: TrainingRows): BinaryProblem[] {
  const asked = exclusive && count === 2 ? [1] : Array.from({ length: count }, (_, label) => label);
  return asked.map((label) => {
    const positive = Uint8Array.from({ length: x.rows }, (_, row) => targets[row * count + label]);
    return { label, positive, positives: positive.reduce((sum, yes) => sum + yes, 0) };
  });
}

/** A sentence on the labels that every training row has, or none; null where all can be learned. */
export function constantLabels(problems: readonly BinaryProblem[], rows: number): string | null {
  const constant = problems.filter(({ positives }) => positives === 0 || positives === rows);
  return constant.length === 0
    ? null
    : `Labels without a positive or without a negative training example: ${constant.length}; their score is the same for every track.`;
}

/**
 * Probabilities of labels, row-major [rows × labels], from those of yes, row-major [rows × problems]: as they are for
 * tags; of two classes the other's is the rest; of more they are scaled to a sum of one.
 */
export function labelProbabilities(yes: Float64Array, { count, exclusive }: Labels): Float64Array {
  if (!exclusive) return yes;
  if (count === 2) {
    const both = new Float64Array(2 * yes.length);
    for (let row = 0; row < yes.length; row++) {
      both[2 * row] = 1 - yes[row];
      both[2 * row + 1] = yes[row];
    }
    return both;
  }
  const shares = yes.slice();
  for (let at = 0; at < yes.length; at += count) {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += yes[at + k];
    for (let k = 0; k < count; k++) shares[at + k] = sum > 0 ? yes[at + k] / sum : 1 / count;
  }
  return shares;
}

/** Softmax of each row of row-major [rows × classes], in place; minus infinity is a probability of zero. */
export function softmaxRows(logits: Float64Array, classes: number): Float64Array {
  for (let at = 0; at < logits.length; at += classes) {
    const row = logits.subarray(at, at + classes);
    let highest = -Infinity;
    for (let k = 0; k < classes; k++) highest = Math.max(highest, row[k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      row[k] = Math.exp(row[k] - highest);
      sum += row[k];
    }
    for (let k = 0; k < classes; k++) row[k] /= sum;
  }
  return logits;
}

/** The logistic function 1 / (1 + exp(−x)), without overflow. */
export function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

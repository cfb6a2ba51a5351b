/** Cross-entropy of scores that are already probabilities, summed over decisions. */
import type { Predictions } from './predictions.js';

/** Which decisions are summed. */
export interface CrossEntropyRange {
  /** First index into the scores. Default: 0. */
  from?: number;
  /** Index after the last one. */
  to: number;
  /** Smallest probability that counts, so that a single error stays finite. */
  least: number;
}

/**
 * Sums -log p over the decisions in a range, p being the probability given to the truth: of every tag, or of the true
 * class alone.
 */
export function crossEntropy(
  { task, scores, targets }: Pick<Predictions, 'task' | 'scores' | 'targets'>,
  { from = 0, to, least }: CrossEntropyRange,
): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    if (targets[i] === 1) sum -= Math.log(Math.max(least, scores[i]));
    else if (task === 'tagging') sum -= Math.log(Math.max(least, 1 - scores[i]));
  }
  return sum;
}

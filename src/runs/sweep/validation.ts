/** How good a run is on the validation split: the only thing that a search may go by. */
import type { EpochRecord } from '../../eval/run-report.js';

/** The best epoch of a run. */
export interface BestValidation {
  metric: string;
  value: number;
  epoch: number;
  /** Higher is better, whatever the metric. */
  score: number;
}

/**
 * The best epoch by the metric that early stopping follows, whose weights the run keeps.
 *
 * @param upTo - only so many of them, as far as all candidates have come
 * @returns the first of the best; null where the metric is defined in none
 */
export function bestValidation(history: readonly EpochRecord[], upTo?: number): BestValidation | null {
  let best: BestValidation | null = null;
  for (const { epoch, metric, validation_metric: value } of history.slice(0, upTo)) {
    if (value === null) continue;
    const score = metric === 'loss' ? -value : value;
    if (best === null || score > best.score) best = { metric, value, epoch, score };
  }
  return best;
}

/** A run's metric on the validation split, the only criterion of a search. */
import type { EpochRecord } from '../../eval/run-report.js';

export interface BestValidation {
  metric: string;
  value: number;
  epoch: number;
  /** Higher is better, whatever the metric. */
  score: number;
}

/**
 * The best epoch (of equals the first) by the metric that early stopping follows, whose weights the run keeps; of the
 * first `upTo` epochs only, as far as all candidates have come. Null where the metric is never defined.
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

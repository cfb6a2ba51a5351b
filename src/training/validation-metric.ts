/** The metric on the validation split that early stopping follows. */
import { keysOf } from '../base/registry.js';
import type { Example } from '../data/dataset.js';
import { decideByArgmax, decideByThreshold, rowAccuracy } from '../eval/decisions.js';
import { macroRocAuc } from '../eval/evaluate.js';
import type { Predictions } from '../eval/predictions.js';
import { DEFAULT_THRESHOLD } from '../eval/thresholds.js';

/** Scores and mean loss of the validation split after an epoch. */
type Evaluated = { predictions: Predictions; loss: number };

interface ValidationMetric {
  /** Name in pages and tables. */
  title: string;
  /** The score of an epoch: higher is better; null where it is undefined. */
  score(evaluation: Evaluated): number | null;
}

/** Every metric that early stopping can follow. */
export const validationMetrics = {
  roc_auc: { title: 'macro ROC-AUC', score: ({ predictions }) => macroRocAuc(predictions) },
  loss: { title: 'loss', score: ({ loss }) => -loss },
  accuracy: { title: 'accuracy', score: ({ predictions }) => plainAccuracy(predictions) },
} satisfies Record<string, ValidationMetric>;

/** A metric that early stopping can follow. */
export type Metric = keyof typeof validationMetrics;

export const VALIDATION_METRICS = keysOf(validationMetrics);

/** Title of a metric that a run's log names; the name itself where another version of polytag wrote it. */
export function validationTitle(metric: string): string {
  return Object.hasOwn(validationMetrics, metric) ? validationMetrics[metric as Metric].title : metric;
}

/** Share of right decisions: the highest score for classes, scores from one half on for tags. */
function plainAccuracy(predictions: Predictions): number {
  const { task, labels, scores } = predictions;
  const halves = labels.map(() => DEFAULT_THRESHOLD);
  const decisions =
    task === 'tagging' ? decideByThreshold(scores, halves) : decideByArgmax(scores, labels.length);
  const perRow = rowAccuracy(decisions, predictions);
  return perRow.reduce((sum, accuracy) => sum + accuracy, 0) / perRow.length;
}

/** The metric that the config names, or the loss (with a note) when the validation split cannot give it. */
export function usableMetric(
  metric: Metric,
  validation: readonly Example[],
  onNote?: (note: string) => void,
): Metric {
  if (metric !== 'roc_auc') return metric;
  const defined = validation[0].targets.some((_, label) => {
    const positives = validation.filter(({ targets }) => targets[label] === 1).length;
    return positives > 0 && positives < validation.length;
  });
  if (defined) return metric;
  onNote?.(
    'No label has both positives and negatives in the validation split, so that early stopping follows the loss in place of ROC-AUC.',
  );
  return 'loss';
}

/** Fewer songs than this choose by luck. */
const ENOUGH_SONGS = 50;

/**
 * A warning that a validation split is too small to choose by, or null: with n songs, a share such as accuracy is uncertain
 * by up to ±0.98 / √n (95 %). `range`: between the best and the worst choice, where it is known.
 */
export function smallValidationNote(
  validation: readonly Example[],
  choice: 'epoch' | 'setting',
  range?: number,
): string | null {
  const songs = new Set(validation.map(({ song, group, id }) => song ?? group ?? id)).size;
  if (songs >= ENOUGH_SONGS) return null;
  const differ = range === undefined ? '' : `, and the ${choice}s differ by ${range.toFixed(3)} at most`;
  return `The validation split has ${songs} songs, too few to choose the ${choice} by: an accuracy on them is uncertain by up to ±${(0.98 / Math.sqrt(songs)).toFixed(2)}${differ}.`;
}

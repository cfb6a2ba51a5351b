/** The metric on the validation split that early stopping follows. */
import { UsageError } from '../base/errors.js';
import { countText } from '../base/format.js';
import { keysOf } from '../base/registry.js';
import type { Example } from '../data/dataset.js';
import { decideByArgmax, decideByThreshold, rowAccuracy } from '../eval/decisions.js';
import { macroPrAuc, macroRocAuc } from '../eval/evaluate.js';
import { overallAccuracy, pitchMeasures } from '../eval/pitch/scores.js';
import type { AnyPredictions, Predictions } from '../eval/predictions.js';
import { macroNumbers, type RegressionMetric, regressionMetrics } from '../eval/regression/scores.js';
import { DEFAULT_THRESHOLD } from '../eval/thresholds.js';
import type { Task } from '../models/heads/index.js';

/** Scores and mean loss of the validation split after an epoch. */
type Evaluated = { predictions: AnyPredictions; loss: number };

/** What a metric is of. */
type Kind = 'labels' | 'numbers' | 'pitch';

const kindOf = (task: Task): Kind =>
  task === 'regression' ? 'numbers' : task === 'pitch' ? 'pitch' : 'labels';

interface ValidationMetric {
  /** Name in pages and tables. */
  title: string;
  /** What it is defined for. Default: every task. */
  of?: Kind;
  /** Whether a lower value is better. Default: a higher one. */
  lowerIsBetter?: true;
  /** The value of an epoch; null where it is undefined. */
  value(evaluation: Evaluated): number | null;
}

const ofLabels = (title: string, value: (predictions: Predictions) => number | null): ValidationMetric => ({
  title,
  of: 'labels',
  value: ({ predictions }) =>
    predictions.task === 'regression' || predictions.task === 'pitch' ? null : value(predictions),
});

const ofNumbers = (metric: RegressionMetric): ValidationMetric => ({
  title: `mean ${regressionMetrics[metric].title}`,
  of: 'numbers',
  ...('lowerIsBetter' in regressionMetrics[metric] && { lowerIsBetter: true }),
  value: ({ predictions }) => (predictions.task === 'regression' ? macroNumbers(predictions)[metric] : null),
});

/** Every metric that early stopping can follow. */
export const validationMetrics = {
  roc_auc: ofLabels('macro ROC-AUC', macroRocAuc),
  pr_auc: ofLabels('macro PR-AUC', macroPrAuc),
  loss: { title: 'loss', lowerIsBetter: true, value: ({ loss }) => loss },
  accuracy: ofLabels('accuracy', plainAccuracy),
  r2: ofNumbers('r2'),
  rmse: ofNumbers('rmse'),
  pearson: ofNumbers('pearson'),
  ccc: ofNumbers('ccc'),
  overall_accuracy: {
    title: pitchMeasures.overall_accuracy.title,
    of: 'pitch',
    value: ({ predictions }) => (predictions.task === 'pitch' ? overallAccuracy(predictions) : null),
  },
} satisfies Record<string, ValidationMetric>;

/** A metric that early stopping can follow. */
export type Metric = keyof typeof validationMetrics;

export const VALIDATION_METRICS = keysOf(validationMetrics);

/** What is followed where the config leaves it open; of other tasks in its place. */
export const USUAL_METRIC = 'roc_auc' satisfies Metric;
const USUAL: Record<Kind, Metric> = { labels: USUAL_METRIC, numbers: 'ccc', pitch: 'overall_accuracy' };

const known = (metric: string): ValidationMetric | null =>
  Object.hasOwn(validationMetrics, metric) ? validationMetrics[metric as Metric] : null;

/** Title of a metric that a run's log names; the name itself where another version of polytag wrote it. */
export const validationTitle = (metric: string): string => known(metric)?.title ?? metric;

/** A value of a metric, or a score as the value, so that higher is better. */
export const scoreOf = (metric: string, value: number): number =>
  known(metric)?.lowerIsBetter ? -value : value;

/** Share of right decisions: the highest score for classes, scores from one half on for tags. */
function plainAccuracy(predictions: Predictions): number {
  const { task, labels, scores } = predictions;
  const halves = labels.map(() => DEFAULT_THRESHOLD);
  const decisions =
    task === 'tagging' ? decideByThreshold(scores, halves) : decideByArgmax(scores, labels.length);
  const perRow = rowAccuracy(decisions, predictions);
  return perRow.reduce((sum, accuracy) => sum + accuracy, 0) / perRow.length;
}

/**
 * The metric that the config names, or the loss (with a note) when the validation split cannot give it. Numbers have
 * CCC and pitch overall accuracy in place of ROC-AUC, the config's default. Throws UsageError for a metric of another task.
 */
export function usableMetric(
  metric: Metric,
  task: Task,
  validation: readonly Example[],
  onNote?: (note: string) => void,
): Metric {
  const isRegression = task === 'regression';
  const kind = kindOf(task);
  const chosen = metric === USUAL_METRIC ? USUAL[kind] : metric;
  const { of } = known(chosen)!;
  if (of !== undefined && of !== kind)
    throw new UsageError(
      `training.early_stopping.metric: ${chosen} is a metric of ${of}, and the data set's task is ${task}; give ${VALIDATION_METRICS.filter((name) => [undefined, kind].includes(known(name)!.of)).join(' or ')}.`,
    );
  if (kind === 'pitch') return chosen;
  const isRank = chosen === 'roc_auc' || chosen === 'pr_auc';
  if (isRegression ? chosen === 'rmse' || chosen === 'loss' : !isRank) return chosen;
  const defined = validation[0].targets.some((_, label) => {
    const values = validation.map(({ targets }) => targets[label]).filter((value) => !Number.isNaN(value));
    return values.some((value) => value !== values[0]);
  });
  if (defined) return chosen;
  onNote?.(
    isRegression
      ? `No target varies in the validation split, so that early stopping follows the loss in place of ${regressionMetrics[chosen as RegressionMetric].title}.`
      : `No label has both positives and negatives in the validation split, so that early stopping follows the loss in place of ${known(chosen)!.title.replace('macro ', '')}.`,
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
  const few = `The validation split has ${countText(songs, 'song')}, too few to choose the ${choice} by`;
  if (validation[0].targets instanceof Float64Array) return `${few}${differ}.`;
  return `${few}: an accuracy on them is uncertain by up to ±${(0.98 / Math.sqrt(songs)).toFixed(2)}${differ}.`;
}

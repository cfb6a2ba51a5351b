/** The metrics that runs are compared by: those of labels, of numbers, and of pitch. */
import type { Task } from '../../models/heads/index.js';
import type { Interval } from '../metrics.js';
import { PITCH_MEASURES, type PitchMeasure, perPitchMeasure, pitchMeasures } from '../pitch/scores.js';
import { REGRESSION_METRICS, type RegressionMetric, regressionMetrics } from '../regression/scores.js';
import type { AnyMetrics } from '../run-report.js';

const LABEL_METRICS = ['roc_auc', 'pr_auc', 'accuracy'] as const;

/** Name of a compared metric: macro ROC-AUC, macro average precision and accuracy, means over numbers, or measures of pitch. */
export type ComparedMetric = (typeof LABEL_METRICS)[number] | RegressionMetric | PitchMeasure;

/** A value for each metric of a task; the other tasks' are not there. */
export type PerMetric<Value> = Record<ComparedMetric, Value>;

/** The metrics of a task. */
export const metricsOf = (task: Task): readonly ComparedMetric[] =>
  task === 'pitch' ? PITCH_MEASURES : task === 'regression' ? REGRESSION_METRICS : LABEL_METRICS;

/** The two that the literature compares, the first first. */
export const leadMetrics = (task: Task): readonly ComparedMetric[] =>
  task === 'pitch'
    ? ['overall_accuracy', 'raw_pitch_accuracy']
    : task === 'regression'
      ? ['ccc', 'r2']
      : ['accuracy', 'roc_auc'];

/** Makes a value for each of some metrics. */
export const perMetric = <Value>(
  metrics: readonly ComparedMetric[],
  make: (metric: ComparedMetric) => Value,
): PerMetric<Value> =>
  Object.fromEntries(metrics.map((metric) => [metric, make(metric)])) as PerMetric<Value>;

const meanOf = (metric: RegressionMetric): string => `mean ${regressionMetrics[metric].title}`;

/** Names in pages and tables. */
export const METRIC_NAMES: PerMetric<string> = {
  roc_auc: 'ROC-AUC macro',
  pr_auc: 'PR-AUC macro',
  accuracy: 'Accuracy',
  ...{ r2: meanOf('r2'), rmse: meanOf('rmse'), pearson: meanOf('pearson'), ccc: meanOf('ccc') },
  ...perPitchMeasure((measure) => pitchMeasures[measure].title),
};

const isOfNumbers = (metric: ComparedMetric): metric is RegressionMetric => metric in regressionMetrics;

/** The range of a metric, in which its intervals are kept. */
export const rangeOf = (metric: ComparedMetric): Interval =>
  isOfNumbers(metric) ? (regressionMetrics[metric].range as Interval) : [0, 1];

/** The range of a difference. */
export function differenceRange(metric: ComparedMetric): Interval {
  const [low, high] = rangeOf(metric);
  return [low - high, high - low];
}

/** A run's numbers by the names of its task's metrics. */
export function valuesOf(metrics: AnyMetrics): PerMetric<number | null> {
  return perMetric(metricsOf(metrics.task), (metric) => {
    if (metrics.task === 'pitch') return metrics[metric as PitchMeasure];
    if (metrics.task === 'regression') return metrics[metric as RegressionMetric].macro;
    return metric === 'accuracy' ? metrics.accuracy : metrics[metric as 'roc_auc' | 'pr_auc'].macro;
  });
}

/** A constant answer: what a model has to beat. */
export interface ConstantAnswer {
  /** `majority baseline`. */
  name: string;
  /** The metric that is quoted, its value, and the title of its column. */
  metric: ComparedMetric;
  value: number | null;
  column: string;
  /** Everything that is known of it. */
  values: Partial<PerMetric<number | null>>;
}

/** The constant answer on the split of some metrics: the majority, each target's mean, or no pitch at all. */
export function constantAnswer(metrics: AnyMetrics): ConstantAnswer {
  if (metrics.task === 'pitch') {
    const { overall_accuracy: value } = metrics.unvoiced_baseline;
    const [metric, column] = ['overall_accuracy', 'Accuracy of no pitch'] as const;
    return { name: 'always unvoiced', metric, value, column, values: { overall_accuracy: value } };
  }
  if (metrics.task === 'regression') {
    const { rmse } = metrics.mean_baseline;
    const column = 'RMSE of the mean';
    return { name: 'always the mean', metric: 'rmse', value: rmse, column, values: { r2: 0, rmse, ccc: 0 } };
  }
  const { accuracy } = metrics.majority_baseline;
  const column = 'Majority accuracy';
  return { name: 'majority baseline', metric: 'accuracy', value: accuracy, column, values: { accuracy } };
}

/** The numbers of a regression run: its `metrics.json`. */
import type { Interval, SplitMetrics } from '../metrics.js';
import type { PerRegressionMetric, RegressionMetric } from './scores.js';

/** Each metric with its interval, under `<metric>_ci95`; null where undefined. */
export type ScoresWithIntervals = PerRegressionMetric<number | null> &
  Record<`${RegressionMetric}_ci95`, Interval | null>;

/** Numbers of one target. */
export interface TargetMetrics extends ScoresWithIntervals {
  target: string;
  /** Examples whose truth is known, and others. */
  values: number;
  missing: number;
  /** Of the truth in the split; the deviation is the RMSE of always predicting that mean. Null without a value. */
  mean: number | null;
  deviation: number | null;
}

/** Numbers of a part of the split. */
export interface RegressionPart extends ScoresWithIntervals {
  examples: number;
}

/** The mean over targets of a metric, with its interval. */
export interface MacroMetric {
  macro: number | null;
  ci95: Interval | null;
}

/** The content of `metrics.json` of a regression. */
export interface RegressionMetrics extends SplitMetrics, PerRegressionMetric<MacroMetric> {
  task: 'regression';
  /** How many numbers are predicted. */
  targets: number;
  /** Targets whose truth does not vary in the split, so that they are left out of the means of R², r and CCC. */
  undefined_targets: string[];
  /** Of always predicting each target's mean of the same split, whose R² and CCC are 0; null where nothing is known. */
  mean_baseline: { rmse: number | null };
  /** The same intervals from resamples of artists, where artists are known and are not the unit. */
  by_artist?: { groups: number } & PerRegressionMetric<Interval | null>;
  per_target: TargetMetrics[];
  /** The same split, for each value of a column alone; only where the data set names columns for it. */
  breakdown?: Record<string, Record<string, RegressionPart>>;
}

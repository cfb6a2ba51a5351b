/** From predicted numbers to `metrics.json`. */
import { randomGenerator } from '../../base/random.js';
import { clipped, numberGroups, percentileInterval, resampleGroups } from '../bootstrap.js';
import { artistGroups, bootstrapRecord } from '../groups.js';
import { meanOfDefined } from '../means.js';
import type { Interval } from '../metrics.js';
import { checkShape, type NumberPredictions } from '../predictions.js';
import type { RegressionMetrics, RegressionPart, ScoresWithIntervals, TargetMetrics } from './metrics.js';
import {
  type MeasuredNumbers,
  measureNumbers,
  type NumberScores,
  type PerRegressionMetric,
  perRegressionMetric,
  REGRESSION_METRICS,
  readNumbers,
  regressionMetrics,
  type TargetColumn,
} from './scores.js';

/** How predicted numbers are evaluated. */
export interface NumberEvaluation {
  protocol: string;
  split: string;
  /** Seed of the bootstrap. */
  seed: number;
  /** Resamples for the intervals; 0 for none. */
  bootstrapSamples: number;
}

/** 95 % intervals of the means over targets, and of each target. */
interface NumberIntervals {
  macro: PerRegressionMetric<Interval | null>;
  targets: PerRegressionMetric<Interval | null>[];
}

/**
 * Computes every number of a regression run, each target's and the means over targets, with bootstrap intervals of the
 * groups. Throws UsageError when predictions do not fit; Failure when one is not finite.
 */
export function evaluateNumbers(
  predictions: NumberPredictions,
  { protocol, split, seed, bootstrapSamples: samples }: NumberEvaluation,
): RegressionMetrics {
  checkShape(predictions);
  const { labels, ids } = predictions;
  const measured = measureNumbers(predictions);
  const { targets, macro } = readNumbers(measured);
  const intervals = intervalsOf(measured, predictions.groups, samples, seed);
  const byArtist = artistGroups(predictions);
  const moments = measured.columns.map(momentsOf);
  return {
    task: 'regression',
    ...{ protocol, split, examples: ids.length, targets: labels.length },
    undefined_targets: labels.filter((_, j) => targets[j].r2 === null),
    ...perRegressionMetric((metric) => ({ macro: macro[metric], ci95: intervals.macro[metric] })),
    mean_baseline: { rmse: meanOfDefined(moments.map(({ deviation }) => deviation)) },
    bootstrap: bootstrapRecord(predictions, samples),
    ...(byArtist && {
      by_artist: {
        groups: numberGroups(byArtist.groups).groups,
        ...intervalsOf(measureNumbers(byArtist), byArtist.groups, samples, seed).macro,
      },
    }),
    per_target: labels.map(
      (target, j): TargetMetrics => ({
        target,
        values: measured.columns[j].rows.length,
        missing: ids.length - measured.columns[j].rows.length,
        ...moments[j],
        ...withIntervals(targets[j], intervals.targets[j]),
      }),
    ),
  };
}

/** The means over targets of some of a split's rows. */
export function evaluatePart(predictions: NumberPredictions, options: NumberEvaluation): RegressionPart {
  const metrics = evaluateNumbers(predictions, options);
  return {
    examples: metrics.examples,
    ...withIntervals(
      perRegressionMetric((metric) => metrics[metric].macro),
      perRegressionMetric((metric) => metrics[metric].ci95),
    ),
  };
}

function withIntervals(
  scores: NumberScores,
  intervals: PerRegressionMetric<Interval | null>,
): ScoresWithIntervals {
  return Object.fromEntries(
    REGRESSION_METRICS.flatMap((metric) => [
      [metric, scores[metric]],
      [`${metric}_ci95`, intervals[metric]],
    ]),
  ) as ScoresWithIntervals;
}

function momentsOf({ truth }: TargetColumn): Pick<TargetMetrics, 'mean' | 'deviation'> {
  if (truth.length === 0) return { mean: null, deviation: null };
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const square = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0) / truth.length;
  return { mean, deviation: Math.sqrt(square) };
}

/** Percentile intervals from the same resamples for all; null where there is only one group or no samples. */
function intervalsOf(
  measured: MeasuredNumbers,
  groups: readonly string[],
  samples: number,
  seed: number,
): NumberIntervals {
  const grouping = numberGroups(groups);
  const read =
    grouping.groups < 2
      ? []
      : Array.from(resampleGroups(grouping, samples, randomGenerator(seed, 'bootstrap')), (weights) =>
          readNumbers(measured, weights),
        );
  const intervals = (scoresOf: (one: (typeof read)[number]) => NumberScores) =>
    perRegressionMetric((metric) =>
      clipped(
        percentileInterval(read.map((one) => scoresOf(one)[metric])),
        regressionMetrics[metric].range as Interval,
      ),
    );
  return {
    macro: intervals(({ macro }) => macro),
    targets: measured.columns.map((_, j) => intervals(({ targets }) => targets[j])),
  };
}

/** Tests of the differences between experiments: in each metric, and label by label. */
import { clipped, numberGroups } from '../../eval/bootstrap.js';
import {
  type ComparedMetric,
  differenceRange,
  metricsOf,
  type PerMetric,
  perMetric,
} from '../../eval/difference/compared-metrics.js';
import { holm } from '../../eval/difference/p-values.js';
import { bootstrapDifference } from '../../eval/difference/paired-bootstrap.js';
import {
  crossedInference,
  type SeedError,
  type SeededValues,
  seedErrorOfDifference,
  seedsNeeded,
} from '../../eval/difference/seeds.js';
import { spread } from '../../eval/means.js';
import type { Interval } from '../../eval/metrics.js';
import type { StoredRun } from '../read.js';
import type { RunGroup } from './groups.js';
import { compareLabels, type LabelDifference, type LabelSide } from './labels.js';
import { compareTargets, type TargetSide } from './targets.js';

/** A test of a difference; the p-values are null without resamples. */
export interface TestedDifference {
  interval: Interval | null;
  p: number | null;
  /** After Holm's correction over all pairs. */
  pHolm: number | null;
}

/** A difference in a metric, with its test. */
export interface MetricDifference extends TestedDifference {
  /**
   * What the interval and the p-values are of: the methods, where both sides have several runs, so that songs and seeds
   * vary; else this test set, the trained models being given, which says nothing about the methods.
   */
  of: 'methods' | 'test set';
  /** Second minus first; null where undefined. */
  difference: number | null;
  /** Of songs alone, the trained models being given. */
  testSet: TestedDifference;
  /** Seeds a side to find this difference with a power of 80 %; null where the test set is too small for any number. */
  seedsNeeded?: number | null;
}

/** Two experiments; `first` comes earlier in the order that was given. */
export interface GroupPair {
  first: number;
  second: number;
  /** Whether the runs were compared seed by seed. */
  isPaired: boolean;
  metrics: PerMetric<MetricDifference>;
  labels: LabelDifference[];
}

/** A difference is significant below this p-value after correction. */
export const SIGNIFICANCE = 0.05;

/** Said where an experiment has a single run. */
export const SINGLE_RUNS =
  'With one run a side, intervals and p-values are of this test set and these trained models: they say nothing about the methods, which would differ by seed. Train each with several seeds.';

/** How many seeds it takes to find a difference that was not found; null where it was, or nothing is known. */
export function powerText({ seedsNeeded: seeds }: Pick<MetricDifference, 'seedsNeeded'>): string | null {
  if (seeds === undefined) return null;
  return seeds === null
    ? 'no number of seeds is enough for a difference of this size; the test split is too small'
    : `about ${seeds} seeds a side find a difference of this size with a power of 80 %`;
}

/** Whether a difference is significant after Holm's correction. */
export const isSignificant = ({ pHolm }: { pHolm: number | null }): boolean =>
  pHolm !== null && pHolm < SIGNIFICANCE;

/** One side of a pair: an experiment's runs, read together. */
export interface Side {
  whole: PerMetric<number | null>;
  resampled: readonly PerMetric<number | null>[];
  seeded: PerMetric<SeededValues>;
  /** Label by label; or target by target. */
  labels: LabelSide | readonly TargetSide[];
}

/**
 * Values of a group's runs with their seeds. A metric that is undefined is so in all runs of a group, which share their
 * test set.
 */
export const seeded = (
  group: RunGroup,
  values: readonly (number | null)[],
  resampled: readonly (readonly (number | null)[])[] = values.map(() => []),
): SeededValues => ({
  seeds: group.runs.map(({ config }) => config.seed),
  values: values.filter((value) => value !== null),
  resampled: resampled.map((run) => run.filter((value) => value !== null)),
});

/** A metric of the runs of a group, on the whole test set and in each resample. */
export const seededValues = (
  group: RunGroup,
  whole: readonly PerMetric<number | null>[],
  resampled: readonly (readonly PerMetric<number | null>[])[],
  members: readonly number[],
  metric: ComparedMetric,
): SeededValues =>
  seeded(
    group,
    members.map((i) => whole[i][metric]),
    members.map((i) => resampled[i].map((values) => values[metric])),
  );

/** Tests the differences of pairs in every metric and label, with Holm's correction over the pairs, and over the labels. */
export function comparePairs(
  indices: readonly { first: number; second: number }[],
  { predictions }: StoredRun,
  sides: readonly Side[],
): GroupPair[] {
  const minus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : a - b;
  const metrics = metricsOf(predictions.task);
  const errors = indices.map(({ first, second }) =>
    perMetric(metrics, (metric): SeedError | null =>
      seedErrorOfDifference(sides[first].seeded[metric], sides[second].seeded[metric]),
    ),
  );
  const resampled = indices.map(({ first, second }) =>
    perMetric(metrics, (metric) =>
      sides[second].resampled.map((values, i) => minus(values[metric], sides[first].resampled[i][metric])),
    ),
  );
  const within = <Tested extends { interval: Interval | null }>(
    metric: ComparedMetric,
    tested: Tested,
  ): Tested => ({ ...tested, interval: clipped(tested.interval, differenceRange(metric)) });
  const ofMethods = resampled.map((own, i) =>
    perMetric(metrics, (metric) => within(metric, crossedInference(own[metric], errors[i][metric]))),
  );
  const ofTestSet = resampled.map((own) =>
    perMetric(metrics, (metric) => within(metric, bootstrapDifference(own[metric]))),
  );
  const corrected = (tested: typeof ofMethods): PerMetric<(number | null)[]> =>
    perMetric(metrics, (metric) => holm(tested.map((pair) => pair[metric].p)));
  const [methodsHolm, testSetHolm] = [corrected(ofMethods), corrected(ofTestSet)];
  const songs = predictions.groupKind === 'clip' ? undefined : numberGroups(predictions.groups);
  return indices.map(({ first, second }, i): GroupPair => {
    const seedErrors = errors[i];
    const known = Object.values(seedErrors).find((error) => error !== null);
    return {
      first,
      second,
      isPaired: known?.isPaired ?? false,
      metrics: perMetric(metrics, (metric) => {
        const difference = minus(sides[second].whole[metric], sides[first].whole[metric]);
        const pHolm = methodsHolm[metric][i];
        const tested = { ...ofMethods[i][metric], pHolm };
        const needed =
          difference === null || seedErrors[metric] === null || isSignificant(tested)
            ? undefined
            : seedsNeeded(difference, spread(resampled[i][metric])?.deviation ?? 0, seedErrors[metric]);
        return {
          of: seedErrors[metric] === null ? 'test set' : 'methods',
          difference,
          ...tested,
          testSet: { ...ofTestSet[i][metric], pHolm: testSetHolm[metric][i] },
          ...(needed !== undefined && { seedsNeeded: needed }),
        };
      }),
      labels: labelDifferences(predictions.labels, sides[first].labels, sides[second].labels, songs),
    };
  });
}

function labelDifferences(
  names: readonly string[],
  first: Side['labels'],
  second: Side['labels'],
  songs: ReturnType<typeof numberGroups> | undefined,
): LabelDifference[] {
  return 'placed' in first && 'placed' in second
    ? compareLabels(names, first, second, songs)
    : compareTargets(names, first as readonly TargetSide[], second as readonly TargetSide[]);
}

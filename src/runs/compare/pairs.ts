/** Tests of the differences between experiments: in each metric, and label by label. */
import { clipped, numberGroups } from '../../eval/bootstrap.js';
import { delongTest, type Placements } from '../../eval/difference/delong.js';
import { holm, studentQuantile, twoSidedStudentP } from '../../eval/difference/p-values.js';
import {
  bootstrapDifference,
  type ComparedMetric,
  type PerMetric,
  perMetric,
} from '../../eval/difference/paired-bootstrap.js';
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

/** The difference of two experiments in one label's ROC-AUC. */
export interface LabelDifference {
  label: string;
  positives: number;
  /** Of the first and the second experiment; null without a positive or a negative. */
  first: number | null;
  second: number | null;
  difference: number | null;
  /** 95 %, from the standard error, within [-1, 1]. */
  interval: Interval | null;
  /**
   * Clips of a song taken together (Obuchowski 1997), or single clips (DeLong) where songs are not known; of the methods
   * where a pair is.
   */
  p: number | null;
  /** After Holm's correction over the labels. */
  pHolm: number | null;
  /** DeLong's p-value, which takes all clips as independent. */
  pOfClips: number | null;
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
  placed: readonly (Placements | null)[];
  seeded: PerMetric<SeededValues>;
  seededLabel(label: number): SeededValues;
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
  const errors = indices.map(({ first, second }) =>
    perMetric((metric): SeedError | null =>
      seedErrorOfDifference(sides[first].seeded[metric], sides[second].seeded[metric]),
    ),
  );
  const resampled = indices.map(({ first, second }) =>
    perMetric((metric) =>
      sides[second].resampled.map((values, i) => minus(values[metric], sides[first].resampled[i][metric])),
    ),
  );
  const within = <Tested extends { interval: Interval | null }>(tested: Tested): Tested => ({
    ...tested,
    interval: clipped(tested.interval, [-1, 1]),
  });
  const ofMethods = resampled.map((own, i) =>
    perMetric((metric) => within(crossedInference(own[metric], errors[i][metric]))),
  );
  const ofTestSet = resampled.map((own) => perMetric((metric) => within(bootstrapDifference(own[metric]))));
  const corrected = (tested: typeof ofMethods): PerMetric<(number | null)[]> =>
    perMetric((metric) => holm(tested.map((pair) => pair[metric].p)));
  const [methodsHolm, testSetHolm] = [corrected(ofMethods), corrected(ofTestSet)];
  const songs = predictions.groupKind === 'clip' ? undefined : numberGroups(predictions.groups);
  return indices.map(({ first, second }, i): GroupPair => {
    const seedErrors = errors[i];
    const known = Object.values(seedErrors).find((error) => error !== null);
    return {
      first,
      second,
      isPaired: known?.isPaired ?? false,
      metrics: perMetric((metric) => {
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
      labels: compareLabels(predictions.labels, sides[first], sides[second], songs),
    };
  });
}

function compareLabels(
  labels: readonly string[],
  first: Side,
  second: Side,
  songs: ReturnType<typeof numberGroups> | undefined,
): LabelDifference[] {
  const tested = labels.map((label, j) => {
    const [a, b] = [first.placed[j], second.placed[j]];
    if (!a || !b)
      return {
        label,
        positives: 0,
        first: null,
        second: null,
        difference: null,
        interval: null,
        p: null,
        pOfClips: null,
      };
    const ofClips = delongTest(a, b);
    const ofSongs = songs ? delongTest(a, b, songs) : ofClips;
    const seedError = seedErrorOfDifference(first.seededLabel(j), second.seededLabel(j));
    return {
      label,
      positives: a.positives,
      first: a.rocAuc,
      second: b.rocAuc,
      difference: ofSongs.difference,
      ...testOfLabel(ofSongs, seedError),
      pOfClips: ofClips.p,
    };
  });
  const corrected = holm(tested.map(({ p }) => p));
  return tested.map((one, j) => ({ ...one, pHolm: corrected[j] }));
}

/**
 * Student's interval and p-value of a label's difference, its variance over songs and seeds added, with Satterthwaite's
 * (1946) degrees of freedom: with few positives the normal distribution finds more than there is.
 */
function testOfLabel(
  { difference, standardError, p, freedom }: ReturnType<typeof delongTest>,
  seedError: SeedError | null,
): { interval: Interval | null; p: number | null } {
  if (standardError === null || p === null) return { interval: null, p: null };
  const parts = [
    { variance: standardError ** 2, freedom },
    ...(seedError ? [{ variance: seedError.standardError ** 2, freedom: seedError.freedom }] : []),
  ].filter(({ variance }) => variance > 0);
  if (parts.length === 0) return { interval: [difference, difference], p };
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const joint = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  const error = Math.sqrt(variance);
  const margin = studentQuantile(0.975, joint) * error;
  return {
    interval: clipped([difference - margin, difference + margin], [-1, 1]),
    p: twoSidedStudentP(difference / error, joint),
  };
}

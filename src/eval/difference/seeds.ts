/**
 * What a few runs say about a method: the variation over seeds beside that over songs. A method's result depends on
 * which songs are in the test set and on the seed of its training, and both are draws.
 *
 * Songs are resampled. Seeds are too few for that: a resample of three seeds is one of ten sets, none beyond the most
 * extreme seed, and its variance is too small by a third. So each resample of songs gets the seeds' own distribution,
 * Student's around the resample's mean with the standard error of the mean over seeds: the two sources cross, and with
 * many songs the interval is that of the t-test over seeds, with one seed deviation of zero that of the songs alone.
 */

import { studentDistribution, studentQuantile } from './p-values.js';
import { type BootstrapDifference, bootstrapDifference } from './paired-bootstrap.js';

/** How far the mean over seeds may be from its expectation. */
export interface SeedError {
  standardError: number;
  freedom: number;
  /** Seeds a side; the harmonic mean where the sides differ. */
  seeds: number;
  /** Whether differences were taken seed by seed. */
  isPaired: boolean;
}

/** A metric of the runs of one side, by seed, on the whole test set. */
export interface SeededValues {
  seeds: readonly (number | string)[];
  values: readonly number[];
  /** The same of each run in each resample of songs, [runs][resamples]. */
  resampled: readonly (readonly number[])[];
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Sample variance, divided by n - 1. */
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};

/**
 * The squared error of a mean over seeds. On one test set each run has luck of its own with the songs, which is in the
 * deviation over seeds, but in the resamples of songs too: their deviation over seeds is larger than that of the whole
 * set by just this interaction. Half of it is taken off: with none of it the tests find too little, with all of it three
 * seeds find too much. Half is a choice made by simulation (docs/statistics.md).
 */
const squaredErrorOf = ({ values, resampled }: Pick<SeededValues, 'values' | 'resampled'>): number => {
  const variance = varianceOf(values);
  const inResamples = resampled[0].map((_, sample) => varianceOf(resampled.map((run) => run[sample])));
  const interaction = inResamples.length === 0 ? 0 : meanOf(inResamples) - variance;
  return Math.max(0, variance - Math.max(0, interaction) / 2) / values.length;
};

/** The error of one method's mean over its seeds; null for a single run. */
export function seedErrorOf(side: SeededValues): SeedError | null {
  const { values } = side;
  if (values.length < 2) return null;
  return {
    standardError: Math.sqrt(squaredErrorOf(side)),
    freedom: values.length - 1,
    seeds: values.length,
    isPaired: false,
  };
}

/**
 * The error of a difference of means over seeds: of the differences seed by seed where both sides have the same seeds,
 * else with Welch's (1947) degrees of freedom. Null where a side has a single run: nothing is then known about the
 * method.
 */
export function seedErrorOfDifference(first: SeededValues, second: SeededValues): SeedError | null {
  const [n, m] = [first.values.length, second.values.length];
  if (n < 2 || m < 2) return null;
  const shared = new Set(first.seeds);
  if (n === m && shared.size === n && second.seeds.every((seed) => shared.has(seed))) {
    const partner = second.seeds.map((seed) => first.seeds.indexOf(seed));
    const squared = squaredErrorOf({
      values: second.values.map((value, i) => value - first.values[partner[i]]),
      resampled: second.resampled.map((run, i) =>
        run.map((value, sample) => value - first.resampled[partner[i]][sample]),
      ),
    });
    return { standardError: Math.sqrt(squared), freedom: n - 1, seeds: n, isPaired: true };
  }
  const [a, b] = [squaredErrorOf(first), squaredErrorOf(second)];
  const freedom = a + b === 0 ? n + m - 2 : (a + b) ** 2 / (a ** 2 / (n - 1) + b ** 2 / (m - 1));
  return { standardError: Math.sqrt(a + b), freedom, seeds: 2 / (1 / n + 1 / m), isPaired: false };
}

/**
 * The central 95 % of the mixture over resamples of Student's distributions, each around the resample's value, and the
 * two-sided p-value of zero under it, counting the sample itself as one resample more; null with fewer than two
 * resamples. Without an error over seeds (null, or 0) it is `bootstrapDifference`.
 */
export function crossedInference(
  resampled: readonly (number | null)[],
  seedError: SeedError | null,
): BootstrapDifference {
  const values = resampled.filter((value) => value !== null);
  if (seedError === null || seedError.standardError === 0 || values.length < 2)
    return bootstrapDifference(resampled);
  const { standardError, freedom } = seedError;
  const below = studentDistribution(freedom);
  const shareBelow = (x: number): number =>
    values.reduce((sum, value) => sum + below((x - value) / standardError), 0) / values.length;
  const far = standardError * studentQuantile(0.975, freedom);
  const [least, most] = [Math.min(...values) - far, Math.max(...values) + far];
  const atZero = shareBelow(0);
  const rarer = values.length * Math.min(atZero, 1 - atZero);
  return {
    interval: [
      rootOf((x) => shareBelow(x) - 0.025, least, most),
      rootOf((x) => shareBelow(x) - 0.975, least, most),
    ],
    p: Math.min(1, (2 * (rarer + 1)) / (values.length + 1)),
  };
}

/** The root of a rising function between two points, to 1e-7 of their distance (regula falsi, Illinois' form). */
function rootOf(rising: (x: number) => number, low: number, high: number): number {
  const enough = 1e-7 * (high - low);
  let [atLow, atHigh] = [rising(low), rising(high)];
  let side = 0;
  let x = low;
  for (let i = 0; i < 60 && high - low > enough; i++) {
    const next = (low * atHigh - high * atLow) / (atHigh - atLow);
    if (Math.abs(next - x) < enough / 10) return next;
    x = next;
    const value = rising(x);
    if (value < 0) {
      [low, atLow] = [x, value];
      if (side < 0) atHigh /= 2;
      side = -1;
    } else {
      [high, atHigh] = [x, value];
      if (side > 0) atLow /= 2;
      side = 1;
    }
  }
  return x;
}

/** Power that a study should have. */
const POWER = 0.8;
const MOST_SEEDS = 100;

/**
 * How many seeds a side it takes to find a difference of this size at p < 0.05 with a power of 80 %, given its error
 * over songs and its error over the seeds so far; null where even 100 would not do, because the
 * test set is too small.
 */
export function seedsNeeded(
  difference: number,
  songError: number,
  { standardError, seeds: given, isPaired }: SeedError,
): number | null {
  const deviation = standardError * Math.sqrt(given);
  for (let seeds = 2; seeds <= MOST_SEEDS; seeds++) {
    const error = Math.hypot(songError, deviation / Math.sqrt(seeds));
    const freedom = (isPaired ? 1 : 2) * (seeds - 1);
    const factor = studentQuantile(0.975, freedom) + studentQuantile(POWER, freedom);
    if (Math.abs(difference) >= factor * error) return seeds;
  }
  return null;
}

/**
 * 95 % bootstrap intervals that resample groups: clips of one song are alike, so that songs, not clips, are independent
 * draws. A resample is a count per song, and metrics are read off rankings that were sorted once.
 */
import type { RandomGenerator } from '../base/random.js';
import { meanOfDefined } from './means.js';
import type { Interval } from './metrics.js';

/** Which group each row belongs to, groups numbered by first appearance. */
export interface Grouping {
  groupOfRow: Uint32Array;
  groups: number;
}

/** Numbers the groups by the name of each row's. */
export function numberGroups(names: readonly string[]): Grouping {
  const numbers = new Map<string, number>();
  const groupOfRow = Uint32Array.from(names, (name) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  });
  return { groupOfRow, groups: numbers.size };
}

/**
 * Draws resamples of as many groups as there are, with replacement, each with all its rows; yields how often each row
 * is in it, in an array that is reused.
 */
export function* resampleGroups(
  { groupOfRow, groups }: Grouping,
  samples: number,
  random: RandomGenerator,
): Generator<Uint32Array, void, undefined> {
  const counts = new Uint32Array(groups);
  const weights = new Uint32Array(groupOfRow.length);
  for (let sample = 0; sample < samples; sample++) {
    counts.fill(0);
    for (let draw = 0; draw < groups; draw++) counts[random.integer(groups)]++;
    for (let row = 0; row < weights.length; row++) weights[row] = counts[groupOfRow[row]];
    yield weights;
  }
}

/**
 * By how much each label's deviations in resamples are too small: √(g / (g - 1)), where g counts the groups that hold a
 * positive, or a negative where these are fewer, at least 2. The bootstrap's variance is too small by this factor
 * squared (Hesterberg 2015, "narrowness bias"), and for a label it is the few positives that decide, not the clips.
 */
export function labelWidths(
  targets: Uint8Array,
  labels: number,
  { groupOfRow, groups }: Grouping,
): Float64Array {
  return Float64Array.from({ length: labels }, (_, label) => {
    const holds = [new Uint8Array(groups), new Uint8Array(groups)];
    for (let row = 0; row < groupOfRow.length; row++)
      holds[targets[row * labels + label]][groupOfRow[row]] = 1;
    const [fewest] = holds.map((own) => own.reduce((sum, one) => sum + one, 0)).sort((a, b) => a - b);
    const count = Math.max(2, fewest);
    return Math.sqrt(count / (count - 1));
  });
}

/**
 * Values of a bootstrap moved so that their mean is the estimate. Average precision is higher in a resample than in its
 * sample, because positives are drawn repeatedly; the shift takes that bias off, which reflecting the interval (the
 * basic bootstrap) or its percentiles (BC) does not (docs/statistics.md).
 */
export function shiftedTo(estimate: number | null, values: readonly (number | null)[]): (number | null)[] {
  const mean = meanOfDefined(values);
  if (mean === null || estimate === null) return [...values];
  return values.map((value) => (value === null ? null : value - (mean - estimate)));
}

/** An interval within the range of its metric. */
export function clipped(interval: Interval | null, [least, most]: Interval): Interval | null {
  return interval && [Math.max(least, interval[0]), Math.min(most, interval[1])];
}

/**
 * The percentile interval (Efron 1979): the 2.5th and 97.5th percentile of the defined values, linearly interpolated as
 * NumPy does; null with fewer than two.
 */
export function percentileInterval(values: readonly (number | null)[]): Interval | null {
  const sorted = Float64Array.from(values.filter((value) => value !== null)).sort();
  if (sorted.length < 2) return null;
  const quantile = (q: number): number => {
    const at = q * (sorted.length - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
  };
  return [quantile(0.025), quantile(0.975)];
}

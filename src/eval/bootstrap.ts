/**
 * 95 % bootstrap intervals that resample groups. Clips of one song are alike, so clips are not independent draws;
 * songs are. A resample is a count for each song, and metrics are read off rankings that were sorted once.
 */
import type { RandomGenerator } from '../base/random.js';
import type { Interval } from './metrics.js';

/** Which group each row belongs to, groups numbered by first appearance. */
export interface Grouping {
  groupOfRow: Uint32Array;
  groups: number;
}

/**
 * Numbers the groups.
 *
 * @param names - the group's name of each row
 * @returns each row's group and how many there are
 */
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
 * Draws resamples: as many groups as there are, with replacement, each with all its rows.
 *
 * @param samples - how many resamples
 * @param random - where the draws come from
 * @yields how often each row is in the resample; the array is used again for the next one
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
 * The percentile interval (Efron 1979) of resampled values.
 *
 * @param values - a metric's value in each resample; null where it was undefined, which is left out
 * @returns the 2.5th and 97.5th percentile, linearly interpolated as NumPy does; null when fewer than two values
 *   are defined
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

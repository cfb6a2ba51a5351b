/** Metrics as a reader wants them. */
import type { Interval } from './metrics.js';

/**
 * A metric's value.
 *
 * @param value - a number, null where undefined
 * @param digits - decimals
 * @returns `0.912`, or a dash where undefined
 */
export function metricText(value: number | null, digits = 3): string {
  return value === null ? '–' : value.toFixed(digits);
}

/**
 * An interval.
 *
 * @param interval - from low to high, or null
 * @returns `0.905 to 0.919`, or null
 */
export function intervalText(interval: Interval | null): string | null {
  return interval && `${metricText(interval[0])} to ${metricText(interval[1])}`;
}

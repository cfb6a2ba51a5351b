/** Differences and p-values as a reader wants them. */
import type { Interval } from '../../../../eval/metrics.js';

/**
 * A difference with its sign.
 *
 * @param value - a difference; null where undefined
 * @param interval - its 95 % interval, if it is to be named
 * @returns `+0.012`, `−0.003 (−0.010 to +0.004)` or a dash
 */
export function differenceText(value: number | null, interval: Interval | null = null): string {
  if (value === null) return '–';
  const text = `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  return interval ? `${text} (${differenceText(interval[0])} to ${differenceText(interval[1])})` : text;
}

/**
 * A p-value.
 *
 * @param p - in [0, 1]; null where nothing was tested
 * @returns `0.031`, `< 0.001` or a dash
 */
export function pText(p: number | null): string {
  if (p === null) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/**
 * A difference of metrics in points of 100.
 *
 * @param difference - as a part of 1; null where undefined
 * @returns `+3.9`, or a dash
 */
export function pointsText(difference: number | null): string {
  if (difference === null) return '–';
  const points = (100 * difference).toFixed(1);
  return difference < 0 ? points.replace('-', '−') : `+${points}`;
}

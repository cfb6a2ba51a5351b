/**
 * A difference of metrics in points of 100.
 *
 * @param difference - as a part of 1; null where undefined
 * @returns `+3.9`, `0.0`, or a dash
 */
export function pointsText(difference: number | null): string {
  if (difference === null) return '–';
  const points = (100 * difference).toFixed(1);
  if (Number(points) === 0) return '0.0';
  return difference < 0 ? points.replace('-', '−') : `+${points}`;
}

/** Troughs of YIN's difference function, and where between two samples they are. */

/**
 * Whether an entry is a local minimum, as in librosa.yin and librosa.pyin: below the entry before and not above the one
 * after; at the edges, below its only neighbour.
 */
export function isTrough(values: Float64Array, i: number): boolean {
  if (i === 0) return values[0] < values[1];
  return values[i] < values[i - 1] && (i === values.length - 1 || values[i] <= values[i + 1]);
}

/**
 * Offset of the extremum of the parabola through entry `i` and its neighbours, between −1 and 1; 0 at the edges and
 * where it is further away.
 */
export function parabolicShift(values: Float64Array, i: number): number {
  if (i === 0 || i === values.length - 1) return 0;
  const curvature = values[i + 1] + values[i - 1] - 2 * values[i];
  const slope = (values[i + 1] - values[i - 1]) / 2;
  return Math.abs(slope) >= Math.abs(curvature) ? 0 : -slope / curvature;
}

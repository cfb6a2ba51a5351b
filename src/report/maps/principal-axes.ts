/** Principal component analysis in two dimensions. */
import { randomGenerator } from '../../base/random.js';

/** Rounds of the power method; music embeddings converge long before. */
const ROUNDS = 60;

/**
 * Projects points onto the two directions of largest variance, found by orthogonal iteration (Golub and Van Loan,
 * Matrix Computations, 8.2.4) on the centred points: time is linear in points × length, and no covariance matrix is
 * made.
 *
 * @param points - row-major [count × length]
 * @returns row-major [count × 2], centred; zeros along a direction in which the points do not differ
 */
export function principalAxes(points: Float32Array, count: number, length: number): Float32Array {
  const projected = new Float32Array(2 * count);
  if (count === 0 || length === 0) return projected;
  const centred = centre(points, count, length);
  const random = randomGenerator(0, 'principal axes');
  const first = Float64Array.from({ length }, () => random.normal());
  const second = Float64Array.from({ length }, () => random.normal());
  for (let round = 0; round < ROUNDS; round++) {
    for (const axis of [first, second]) axis.set(timesCovariance(centred, axis, count));
    scaleToOne(first);
    removePart(second, first);
    scaleToOne(second);
  }
  [first, second].forEach((axis, dimension) => {
    pointUp(axis);
    for (let point = 0; point < count; point++)
      projected[2 * point + dimension] = dot(centred, point * length, axis);
  });
  return projected;
}

function centre(points: Float32Array, count: number, length: number): Float64Array {
  const mean = new Float64Array(length);
  for (let at = 0; at < count * length; at++) mean[at % length] += points[at] / count;
  return Float64Array.from({ length: count * length }, (_, at) => points[at] - mean[at % length]);
}

function dot(values: Float64Array, from: number, axis: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < axis.length; i++) sum += values[from + i] * axis[i];
  return sum;
}

function timesCovariance(centred: Float64Array, axis: Float64Array, count: number): Float64Array {
  const { length } = axis;
  const out = new Float64Array(length);
  for (let point = 0; point < count; point++) {
    const along = dot(centred, point * length, axis);
    for (let i = 0; i < length; i++) out[i] += along * centred[point * length + i];
  }
  return out;
}

/** To length 1; what is nothing beside rounding becomes zero. */
function scaleToOne(axis: Float64Array): void {
  const norm = Math.sqrt(dot(axis, 0, axis));
  for (let i = 0; i < axis.length; i++) axis[i] = norm > 1e-12 ? axis[i] / norm : 0;
}

function removePart(axis: Float64Array, of: Float64Array): void {
  const norm = Math.sqrt(dot(axis, 0, axis));
  const along = dot(axis, 0, of);
  for (let i = 0; i < axis.length; i++) axis[i] -= along * of[i];
  // What is left of parallel directions is rounding.
  if (Math.sqrt(dot(axis, 0, axis)) < 1e-9 * norm) axis.fill(0);
}

/** A direction and its opposite are the same axis: the largest coordinate decides, so that maps do not flip. */
function pointUp(axis: Float64Array): void {
  let largest = 0;
  for (const value of axis) if (Math.abs(value) > Math.abs(largest)) largest = value;
  if (largest < 0) for (let i = 0; i < axis.length; i++) axis[i] = -axis[i];
}

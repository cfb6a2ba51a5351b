/** Embeddings of a table, and mixtures of two of them: more tracks than there are recordings, and not random vectors. */
import type { RandomGenerator } from '../src/base/random.js';
import { normalise } from '../src/catalogue/similar/embedding-index.js';

/** Share of the first of two tracks in a mixture, at least. */
const LEAST_SHARE = 0.5;

/** Unit vectors, row-major; `rowOf` gives a view of one. */
export interface Mixed {
  unit: Float32Array;
  count: number;
  rowOf(row: number): Float32Array;
}

/**
 * Adds mixtures of two random tracks, of length 1, up to `wanted`.
 *
 * @param real - unit vectors, row-major
 */
export function withMixtures(
  real: Float32Array,
  length: number,
  wanted: number,
  random: RandomGenerator,
): Mixed {
  const tracks = real.length / length;
  const count = Math.max(tracks, wanted);
  const unit = new Float32Array(count * length);
  unit.set(real);
  const rowOf = (row: number): Float32Array => unit.subarray(row * length, (row + 1) * length);
  for (let row = tracks; row < count; row++) {
    const [a, b] = [rowOf(random.integer(tracks)), rowOf(random.integer(tracks))];
    const share = random.between(LEAST_SHARE, 1);
    rowOf(row).set(a.map((value, i) => share * value + (1 - share) * b[i]));
    normalise(rowOf(row));
  }
  return { unit, count, rowOf };
}

/** Rows of the kernel matrix exp(−gamma |a − b|²), computed when they are asked for. */
import { squaredDistances } from './rows.js';

/** Bytes of kernel rows that are kept at a time. */
const CACHE_BYTES = 256 * 2 ** 20;

/**
 * The kernel of row-major [rows × columns] values: gives a row's kernel with all rows, single precision as in libsvm.
 * Computed rows are kept while there is room, the oldest going first.
 */
export function kernelRows(
  values: Float32Array,
  columns: number,
  gamma: number,
): (row: number) => Float32Array {
  const rows = values.length / columns;
  const kept = new Map<number, Float32Array>();
  const most = Math.max(2, Math.floor(CACHE_BYTES / (4 * rows)));
  const distances = new Float64Array(rows);
  return (row) => {
    const known = kept.get(row);
    if (known) return known;
    squaredDistances(values, columns, values.subarray(row * columns, (row + 1) * columns), distances);
    const kernel = Float32Array.from(distances, (distance) => Math.exp(-gamma * distance));
    if (kept.size >= most) kept.delete(kept.keys().next().value!);
    kept.set(row, kernel);
    return kernel;
  };
}

/** scikit-learn's `gamma="scale"`: 1 / (columns · variance of all values); 1 where they do not vary. */
export function scaledGamma(values: Float32Array, columns: number): number {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return squares > 0 ? 1 / (columns * (squares / values.length)) : 1;
}

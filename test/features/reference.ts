/** Arrays of librosa's, and how far ours are from them. */
import { readNpy } from '../npy.js';
import { referencePath } from '../reference.js';

/** The two signals that the reference arrays were computed from. */
export const SIGNALS = ['music', 'sweep'] as const;

/** Sample rate of both, in Hz. */
export const SAMPLE_RATE = 16_000;

/** One of librosa's arrays, by file name without ending; matrices are bands × frames there. */
export function librosaArray(name: string): { shape: number[]; values: Float32Array } {
  return readNpy(referencePath('reference', 'features', `${name}.npy`));
}

/** Largest difference as a part of the expected array's largest magnitude; infinite when lengths differ. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [error, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    // Not a comparison by `>`, which a NaN would pass.
    const difference = Math.abs(actual[i] - expected[i]);
    error = difference <= error ? error : difference;
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return error / largest;
}

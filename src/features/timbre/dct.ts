/** Discrete cosine transform of feature rows. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/**
 * The orthonormal DCT-II of every frame (Ahmed, Natarajan and Rao 1974), as scipy.fft.dct(type=2, norm='ortho'), the
 * lowest `coefficients` kept. Throws RangeError when there are fewer bands.
 */
export function dctRows(matrix: FeatureMatrix, coefficients: number = matrix.bands): FeatureMatrix {
  const { frames, bands, values } = matrix;
  if (!Number.isInteger(coefficients) || coefficients < 1 || coefficients > bands)
    throw new RangeError(
      `The number of coefficients must be from 1 to ${bands} (bands), not ${coefficients}.`,
    );
  const basis = new Float64Array(coefficients * bands);
  for (let k = 0; k < coefficients; k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / bands);
    for (let b = 0; b < bands; b++)
      basis[k * bands + b] = scale * Math.cos((Math.PI * k * (2 * b + 1)) / (2 * bands));
  }
  const result = zeroMatrix(frames, coefficients);
  for (let t = 0; t < frames; t++) {
    const row = t * bands;
    for (let k = 0; k < coefficients; k++) {
      let sum = 0;
      for (let b = 0, at = k * bands; b < bands; b++, at++) sum += basis[at] * values[row + b];
      result.values[t * coefficients + k] = sum;
    }
  }
  return result;
}

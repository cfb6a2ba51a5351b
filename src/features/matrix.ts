/** What most features are: numbers for every frame. */

/** A feature by frame, row-major: the bands of frame 0, then those of frame 1, and so on. */
export interface FeatureMatrix {
  /** frames × bands numbers. */
  values: Float32Array;
  /** Rows, in time order. */
  frames: number;
  /** Columns: bins, mel bands, pitch classes or coefficients. */
  bands: number;
}

/**
 * A matrix of zeros.
 *
 * @returns frames × bands zeros
 */
export function zeroMatrix(frames: number, bands: number): FeatureMatrix {
  return { values: new Float32Array(frames * bands), frames, bands };
}

/**
 * Changes every number of a matrix.
 *
 * @returns a matrix of the same form
 */
export function mapMatrix(matrix: FeatureMatrix, change: (value: number) => number): FeatureMatrix {
  return { ...matrix, values: matrix.values.map(change) };
}

/**
 * Exchanges rows and columns, as librosa orders its arrays.
 *
 * @param matrix - frames × bands
 * @returns row-major bands × frames numbers
 */
export function bandsFirst({ values, frames, bands }: FeatureMatrix): Float32Array {
  const result = new Float32Array(values.length);
  for (let t = 0; t < frames; t++)
    for (let b = 0; b < bands; b++) result[b * frames + t] = values[t * bands + b];
  return result;
}

/** The form of most features: values per frame. */

/** A feature by frame, row-major: the bands of frame 0, then those of frame 1, and so on. */
export interface FeatureMatrix {
  /** frames × bands numbers. */
  values: Float32Array;
  /** Rows, in time order. */
  frames: number;
  /** Columns: bins, mel bands, pitch classes or coefficients. */
  bands: number;
}

/** Values of a recording as an array, with a summary where they are times. */
export interface WholeFeature {
  shape: number[];
  /** Of the values; see NpyArray. */
  order: 'C' | 'F';
  values: Float32Array;
  /** Keys and values for JSON, times in seconds; absent where the array says it all. */
  found?: Record<string, unknown>;
}

/** A frames × bands matrix of zeros. */
export function zeroMatrix(frames: number, bands: number): FeatureMatrix {
  return { values: new Float32Array(frames * bands), frames, bands };
}

/** Applies a function to every number of a matrix. */
export function mapMatrix(matrix: FeatureMatrix, change: (value: number) => number): FeatureMatrix {
  return { ...matrix, values: matrix.values.map(change) };
}

/** Row-major bands × frames numbers, the order of librosa's arrays. */
export function bandsFirst({ values, frames, bands }: FeatureMatrix): Float32Array {
  const result = new Float32Array(values.length);
  for (let t = 0; t < frames; t++)
    for (let b = 0; b < bands; b++) result[b * frames + t] = values[t * bands + b];
  return result;
}

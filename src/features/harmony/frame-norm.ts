/** Frames normalised to equal size. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/** Exponent of a norm: 1 the sum of magnitudes, 2 Euclid's, Infinity the largest magnitude; null leaves frames alone. */
export type FrameNorm = number | null;

/** librosa's `tiny` for float32: smaller frames are left as they are. */
const TINY = 1.17549435e-38;

/**
 * Divides each frame by its p-norm, as librosa.util.normalize along the bands; a frame of zeros stays one. Throws
 * RangeError when the norm is not positive.
 */
export function normalizeFrames(matrix: FeatureMatrix, norm: FrameNorm): FeatureMatrix {
  if (norm === null) return matrix;
  if (!(norm > 0))
    throw new RangeError(`A norm must be above 0 (Infinity for the maximum) or null, not ${norm}.`);
  const { frames, bands, values } = matrix;
  const result = zeroMatrix(frames, bands);
  for (let t = 0; t < frames; t++) {
    const [begin, end] = [t * bands, (t + 1) * bands];
    let size = 0;
    for (let i = begin; i < end; i++) {
      const magnitude = Math.abs(values[i]);
      size = norm === Infinity ? Math.max(size, magnitude) : size + magnitude ** norm;
    }
    if (norm !== Infinity) size **= 1 / norm;
    const divisor = size < TINY ? 1 : size;
    for (let i = begin; i < end; i++) result.values[i] = values[i] / divisor;
  }
  return result;
}

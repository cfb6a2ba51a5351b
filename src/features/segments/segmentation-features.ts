/** The default features of a segmentation. Runs in Node and in the browser. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/**
 * What a frame sounds like, in few numbers: the first cepstral coefficients of a log-mel spectrogram, that is its
 * level and the coarse form of its spectrum, in which single partials and the noise of single bands are averaged out.
 * Scaled so that the numbers do not depend on the number of bands: a change of every band by 1 changes coefficient 0,
 * the mean over the bands, by 1.
 *
 * @param logMel - log-compressed mel spectrogram, frames × bands
 * @param coefficients - how many; 20 unless told otherwise, and no more than there are bands
 * @returns frames × coefficients
 * @throws RangeError when the number is no whole number from 1
 */
export function segmentationFeatures(logMel: FeatureMatrix, coefficients = 20): FeatureMatrix {
  if (!Number.isInteger(coefficients) || coefficients < 1)
    throw new RangeError(`The number of coefficients must be a whole number from 1, not ${coefficients}.`);
  const { values, frames, bands } = logMel;
  const result = zeroMatrix(frames, Math.min(coefficients, bands));
  // DCT-II, orthonormal up to the common factor 1 / sqrt(bands).
  const cosines = Float64Array.from({ length: result.bands * bands }, (_, i) => {
    const [k, b] = [Math.floor(i / bands), i % bands];
    return ((k === 0 ? 1 : Math.SQRT2) / bands) * Math.cos((Math.PI * k * (b + 0.5)) / bands);
  });
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < result.bands; k++) {
      let sum = 0;
      for (let b = 0; b < bands; b++) sum += cosines[k * bands + b] * values[t * bands + b];
      result.values[t * result.bands + k] = sum;
    }
  }
  return result;
}

/** The default features of a segmentation. */
import { type FeatureMatrix, mapMatrix } from '../matrix.js';
import { dctRows } from '../timbre/dct.js';

/**
 * What a frame sounds like, in few numbers: the first cepstral coefficients of a log-mel spectrogram, that is its
 * level and the coarse form of its spectrum, in which single partials and the noise of single bands are averaged out.
 * Scaled so that the numbers do not depend on the number of bands: a change of every band by 1 changes coefficient 0,
 * the mean over the bands, by 1.
 *
 * @param logMel - log-compressed mel spectrogram, frames × bands
 * @param coefficients - how many; 20 unless told otherwise, and no more than there are bands
 * @returns frames × coefficients
 * @throws RangeError when the number is not a whole number from 1
 */
export function segmentationFeatures(logMel: FeatureMatrix, coefficients = 20): FeatureMatrix {
  const scale = 1 / Math.sqrt(logMel.bands);
  return mapMatrix(dctRows(logMel, Math.min(coefficients, logMel.bands)), (value) => value * scale);
}

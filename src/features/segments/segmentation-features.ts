/** The default features of a segmentation. */
import { type FeatureMatrix, mapMatrix } from '../matrix.js';
import { dctRows } from '../timbre/dct.js';

/**
 * The first cepstral coefficients (default: 20) of a log-mel spectrogram, frames × coefficients: the level and the
 * coarse form of the spectrum, in which single partials and the noise of single bands are averaged out. Scaled so that
 * a change of every band by 1 changes coefficient 0, the mean over the bands, by 1. Throws RangeError when the number
 * is not a whole number from 1.
 */
export function segmentationFeatures(logMel: FeatureMatrix, coefficients = 20): FeatureMatrix {
  const scale = 1 / Math.sqrt(logMel.bands);
  return mapMatrix(dctRows(logMel, Math.min(coefficients, logMel.bands)), (value) => value * scale);
}

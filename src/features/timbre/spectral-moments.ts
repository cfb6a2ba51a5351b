/** Centre and width of a spectrum, with librosa's numbers. */
import type { FeatureMatrix } from '../matrix.js';

/** librosa's `tiny` for float32: frames whose magnitudes sum to less count as silent. */
const TINY = 1.17549435e-38;

/**
 * Mean frequency in Hz of each frame, weighted by magnitude; 0 for a silent one (Klapuri and Davy 2006, chapter 5), as
 * librosa.feature.spectral_centroid of frames × (nFft / 2 + 1) magnitudes (librosa: nFft 2048, centred).
 */
export function spectralCentroid(magnitude: FeatureMatrix, sampleRate: number): Float32Array {
  const { frames, bands, values } = magnitude;
  const hertzPerBin = sampleRate / (2 * (bands - 1));
  const centroid = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    let [sum, weighted] = [0, 0];
    for (let k = 0, at = t * bands; k < bands; k++, at++) {
      sum += values[at];
      weighted += k * values[at];
    }
    centroid[t] = sum < TINY ? 0 : (weighted / sum) * hertzPerBin;
  }
  return centroid;
}

/**
 * Spread in Hz of each frame around its centroid, the p-th root of the weighted mean of |f − centroid|^p; 0 for a
 * silent one (Klapuri and Davy 2006, chapter 5), as librosa.feature.spectral_bandwidth. Default: p = 2, a standard
 * deviation. Throws RangeError when p is not positive.
 */
export function spectralBandwidth(magnitude: FeatureMatrix, sampleRate: number, p = 2): Float32Array {
  if (!(p > 0)) throw new RangeError(`The exponent p must be positive, not ${p}.`);
  const { frames, bands, values } = magnitude;
  const hertzPerBin = sampleRate / (2 * (bands - 1));
  const centroid = spectralCentroid(magnitude, sampleRate);
  const bandwidth = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    let [sum, weighted] = [0, 0];
    for (let k = 0, at = t * bands; k < bands; k++, at++) {
      const deviation = Math.abs(k * hertzPerBin - centroid[t]);
      sum += values[at];
      weighted += values[at] * (p === 2 ? deviation * deviation : deviation ** p);
    }
    bandwidth[t] = sum < TINY ? 0 : (weighted / sum) ** (1 / p);
  }
  return bandwidth;
}

/** Spectral rolloff, with librosa's numbers. */
import type { FeatureMatrix } from '../matrix.js';

/**
 * Frequency in Hz of the lowest bin up to which `rollPercent` (above 0, below 1) of a frame's magnitude lies; 0 for a
 * silent one (Scheirer and Slaney 1997), as librosa.feature.spectral_rolloff of frames × (nFft / 2 + 1) magnitudes.
 * Throws RangeError for a part out of range.
 */
export function spectralRolloff(
  magnitude: FeatureMatrix,
  sampleRate: number,
  rollPercent = 0.85,
): Float32Array {
  if (!(rollPercent > 0 && rollPercent < 1))
    throw new RangeError(`rollPercent must be above 0 and below 1, not ${rollPercent}.`);
  const { frames, bands, values } = magnitude;
  const hertzPerBin = sampleRate / (2 * (bands - 1));
  const rolloff = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    let total = 0;
    for (let at = t * bands, end = at + bands; at < end; at++) total += values[at];
    let k = 0;
    for (let sum = values[t * bands]; sum < rollPercent * total && k < bands - 1; )
      sum += values[t * bands + ++k];
    rolloff[t] = k * hertzPerBin;
  }
  return rolloff;
}

/** Spectral rolloff, with librosa's numbers. */
import type { FeatureMatrix } from '../matrix.js';

/**
 * Frequency of the lowest bin up to which the given part of a frame's magnitude lies (Scheirer and Slaney 1997), as
 * librosa.feature.spectral_rolloff.
 *
 * @param magnitude - frames × (nFft / 2 + 1); librosa's default is nFft 2048, centred, zeros beyond the ends
 * @param sampleRate - of the signal, in Hz
 * @param rollPercent - the part, above 0 and below 1; 0.85 unless told otherwise
 * @returns a frequency in Hz for each frame; 0 for a silent one
 * @throws RangeError for a part that is not above 0 and below 1
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

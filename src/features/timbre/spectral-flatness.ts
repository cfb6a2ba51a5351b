/** Spectral flatness, with librosa's numbers. */
import type { FeatureMatrix } from '../matrix.js';

/** How flatness is computed. */
export interface FlatnessSettings {
  /** Exponent that makes magnitudes the quantity whose flatness is meant. Default: 2, power. */
  power?: number;
  /** Smallest value that counts. Default: 1e-10. */
  amin?: number;
}

/**
 * Geometric over arithmetic mean of each frame's power, from 0 to 1: 1 for white noise (and silence), near 0 for a tone
 * (Dubnov 2004), as librosa.feature.spectral_flatness of frames × (nFft / 2 + 1) magnitudes (librosa: nFft 2048,
 * centred). Throws RangeError when amin is not positive.
 */
export function spectralFlatness(magnitude: FeatureMatrix, settings: FlatnessSettings = {}): Float32Array {
  const { power = 2, amin = 1e-10 } = settings;
  if (!(amin > 0)) throw new RangeError(`amin must be positive, not ${amin}.`);
  const { frames, bands, values } = magnitude;
  const flatness = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    let [sum, logarithms] = [0, 0];
    for (let at = t * bands, end = at + bands; at < end; at++) {
      const value = Math.max(amin, power === 2 ? values[at] * values[at] : values[at] ** power);
      sum += value;
      logarithms += Math.log(value);
    }
    flatness[t] = Math.exp(logarithms / bands) / (sum / bands);
  }
  return flatness;
}

/** Mel-frequency cepstral coefficients, with librosa's numbers. */
import { powerToDecibels } from '../compression.js';
import type { FeatureMatrix } from '../matrix.js';
import { type MelSettings, melSpectrogram } from '../mel.js';
import { dctRows } from './dct.js';

/** Coefficients of a logarithmic mel spectrogram. */
export interface CepstrumSettings {
  /** Number of coefficients, from the zeroth. Default: 20. */
  nMfcc?: number;
  /** Coefficient n (from 0) is weighted by 1 + lifter / 2 · sin(π (n + 1) / lifter); 0, the default, weighs none. */
  lifter?: number;
}

/** How MFCCs are computed; HTK's are those of `scale: 'htk'` and `norm: 'none'`. */
export interface MfccSettings extends MelSettings, CepstrumSettings {}

/**
 * Cepstral coefficients, frames × nMfcc, of a logarithmic mel spectrogram: the orthonormal DCT-II over its bands (Davis
 * and Mermelstein 1980), then the sinusoidal lifter of Juang, Rabiner and Wilpon (1987), as librosa.feature.mfcc(S=…).
 * Throws RangeError when the lifter is negative, or there are fewer bands than coefficients.
 */
export function mfccFromLogMel(logMel: FeatureMatrix, settings: CepstrumSettings = {}): FeatureMatrix {
  const { nMfcc = 20, lifter = 0 } = settings;
  if (!(lifter >= 0)) throw new RangeError(`The lifter must not be negative, and it is ${lifter}.`);
  const cepstrum = dctRows(logMel, nMfcc);
  if (lifter === 0) return cepstrum;
  const weights = Float64Array.from(
    { length: nMfcc },
    (_, n) => 1 + (lifter / 2) * Math.sin((Math.PI * (n + 1)) / lifter),
  );
  for (let i = 0; i < cepstrum.values.length; i++) cepstrum.values[i] *= weights[i % nMfcc];
  return cepstrum;
}

/**
 * MFCCs of mono samples, frames × nMfcc, as librosa.feature.mfcc: of the mel power in decibels (reference 1), at most
 * 80 dB below the signal's loudest. For block-wise use, where that maximum is unknown, call `mfccFromLogMel` with
 * decibels of a fixed floor. Throws as `melSpectrogram` and `mfccFromLogMel`.
 */
export function mfcc(samples: Float32Array, settings: MfccSettings): FeatureMatrix {
  const mel = melSpectrogram(samples, settings);
  return mfccFromLogMel({ ...mel, values: powerToDecibels(mel.values) }, settings);
}

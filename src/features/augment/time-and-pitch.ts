/** Speed without pitch, and pitch without speed. */
import { istft, stft } from '../stft.js';
import { phaseVocoder } from './phase-vocoder.js';
import { playAtRate } from './playback-rate.js';

/** The transform that the phase vocoder works on: librosa's defaults. */
const TRANSFORM = { nFft: 2048, hopLength: 512 };

/** Samples at either end of a signal that the vocoder's frames cover only in part. */
export const VOCODER_MARGIN = TRANSFORM.nFft;

function stretchTo(samples: Float32Array, rate: number, length: number): Float32Array {
  if (rate === 1 && length === samples.length) return samples.slice();
  return istft(phaseVocoder(stft(samples, TRANSFORM), rate, TRANSFORM.hopLength), TRANSFORM, length);
}

/**
 * Changes the speed of mono samples (2 is twice as fast) at the same pitch, as librosa.effects.time_stretch; gives
 * round(samples / rate) samples. Throws RangeError when the rate is not positive.
 */
export function timeStretch(samples: Float32Array, rate: number): Float32Array {
  return stretchAndShift(samples, rate, 0);
}

/**
 * Moves all pitches up by semitones (fractions allowed), by a time stretch and a change of speed, as
 * librosa.effects.pitch_shift; formants move with them.
 */
export function pitchShift(samples: Float32Array, semitones: number): Float32Array {
  return stretchAndShift(samples, 1, semitones);
}

/**
 * Changes speed and pitch in one pass of the phase vocoder; gives round(samples / rate) samples. Throws RangeError when
 * the rate is not positive.
 */
export function stretchAndShift(samples: Float32Array, rate: number, semitones: number): Float32Array {
  if (!(rate > 0)) throw new RangeError(`The rate must be positive, and is ${rate}.`);
  const ratio = 2 ** (semitones / 12);
  const length = Math.round(samples.length / rate);
  const stretched = stretchTo(samples, rate / ratio, Math.round((samples.length * ratio) / rate));
  return ratio === 1 ? stretched : playAtRate(stretched, ratio, length);
}

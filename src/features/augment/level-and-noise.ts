/** Gain, polarity, noise of two colours, and noise added at a signal-to-noise ratio. */
import type { RandomGenerator } from '../../base/random.js';
import { realFft } from '../fft.js';

/** White noise: every sample is drawn from the standard normal distribution. */
export function whiteNoise(length: number, random: RandomGenerator): Float32Array {
  return Float32Array.from({ length }, () => random.normal());
}

/**
 * Pink noise of a power near 1, drawn as a spectrum (Timmer and König 1995): power falls by 3 dB per octave, down to
 * the lowest frequency that fits into the length.
 */
export function pinkNoise(length: number, random: RandomGenerator): Float32Array {
  const size = 2 ** Math.max(2, Math.ceil(Math.log2(Math.max(1, length))));
  const transform = realFft(size);
  const [re, im] = [new Float64Array(transform.bins), new Float64Array(transform.bins)];
  let power = 0;
  for (let k = 1; k < transform.bins; k++) {
    const amplitude = 1 / Math.sqrt(k);
    re[k] = amplitude * random.normal();
    im[k] = amplitude * random.normal();
    power += 4 / k;
  }
  const noise = new Float64Array(size);
  transform.inverse(re, im, noise);
  const scale = size / Math.sqrt(power);
  return Float32Array.from({ length }, (_, n) => scale * noise[n]);
}

/** Colours of noise by name. */
export const noises = { white: whiteNoise, pink: pinkNoise };

/** Name of a colour. */
export type NoiseColour = keyof typeof noises;

/**
 * Adds noise of the same length at a signal-to-noise ratio in dB; silence stays silence. Throws RangeError when the
 * lengths differ.
 */
export function addNoise(samples: Float32Array, noise: Float32Array, snr: number): Float32Array {
  if (samples.length !== noise.length)
    throw new RangeError(`There are ${samples.length} samples and ${noise.length} of noise.`);
  const noisePower = meanPower(noise);
  if (noisePower === 0) return samples.slice();
  const factor = Math.sqrt(meanPower(samples) / noisePower) * 10 ** (-snr / 20);
  return samples.map((sample, n) => sample + factor * noise[n]);
}

/** Changes the level of mono samples by decibels: 6.02 doubles the amplitude. The result may leave ±1. */
export function applyGain(samples: Float32Array, decibels: number): Float32Array {
  const factor = 10 ** (decibels / 20);
  return samples.map((sample) => factor * sample);
}

/** Inverts the sign of a signal, which is inaudible and should not matter to a network on raw samples. */
export function invertPolarity(samples: Float32Array): Float32Array {
  return samples.map((sample) => -sample);
}

/** The mean square of mono samples; 0 for none. */
export function meanPower(samples: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < samples.length; n++) sum += samples[n] * samples[n];
  return samples.length > 0 ? sum / samples.length : 0;
}

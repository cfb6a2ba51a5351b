/** Gain and polarity. */

/**
 * Makes a signal louder or softer.
 *
 * @param samples - mono samples
 * @param decibels - change of the level; 6.02 doubles the amplitude
 * @returns as many samples, which may leave ±1
 */
export function applyGain(samples: Float32Array, decibels: number): Float32Array {
  const factor = 10 ** (decibels / 20);
  return samples.map((sample) => factor * sample);
}

/**
 * Turns a signal upside down, which nobody hears and a network on raw samples should not mind.
 *
 * @param samples - mono samples
 */
export function invertPolarity(samples: Float32Array): Float32Array {
  return samples.map((sample) => -sample);
}

/**
 * Power of a signal.
 *
 * @param samples - mono samples
 * @returns the mean square; 0 for no samples
 */
export function meanPower(samples: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < samples.length; n++) sum += samples[n] * samples[n];
  return samples.length > 0 ? sum / samples.length : 0;
}

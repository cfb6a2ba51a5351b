/** Gain and polarity. */

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

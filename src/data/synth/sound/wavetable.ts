/** Single periods of harmonic sounds, without the harmonics that would alias. */
import { SAMPLE_RATE, sine } from './portable.js';

const LENGTH = 1024;
const HIGHEST = 0.47 * SAMPLE_RATE;

/** A spectrum with a cache of its periods, one for each number of harmonics that fits under the limit. */
export interface Wavetable {
  /** One period for a fundamental of `frequency` Hz; 1024 values and the first again. */
  at(frequency: number): Float32Array;
}

/**
 * One period by additive synthesis (Moorer 1977), computed when first needed. Index n - 1 is the amplitude of harmonic
 * n; the amplitudes are scaled to a power of 1.
 */
export function wavetable(harmonics: readonly number[]): Wavetable {
  const cache = new Map<number, Float32Array>();
  const norm = Math.sqrt(harmonics.reduce((sum, a) => sum + a * a, 0));
  return {
    at: (frequency) => {
      const count = Math.max(1, Math.min(harmonics.length, Math.floor(HIGHEST / frequency)));
      const known = cache.get(count);
      if (known) return known;
      const period = new Float32Array(LENGTH + 1);
      for (let n = 1; n <= count; n++) {
        const amplitude = harmonics[n - 1] / norm;
        if (amplitude !== 0)
          for (let i = 0; i <= LENGTH; i++) period[i] += amplitude * sine((n * i) / LENGTH);
      }
      cache.set(count, period);
      return period;
    },
  };
}

/** Sample of a period at a phase in turns (0 ≤ phase < 1), interpolated linearly. */
export function readPeriod(period: Float32Array, phase: number): number {
  const position = phase * LENGTH;
  const index = position | 0;
  const left = period[index];
  return left + (position - index) * (period[index + 1] - left);
}

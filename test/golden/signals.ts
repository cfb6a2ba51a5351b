/** The signals of golden.py, by the same formulas: what its libraries were given, so that no recording is stored. */
import { noise } from '../features/known-signals.js';

/** Sample rate of the signals, in Hz. */
export const GOLDEN_RATE = 16_000;

/** Exponential sine sweep from 50 Hz to 7 kHz, amplitude 0.5. */
export function sweep(seconds = 3, rate = GOLDEN_RATE): Float32Array {
  const growth = Math.log(7000 / 50);
  return Float32Array.from({ length: seconds * rate }, (_, n) => {
    const t = n / rate;
    return 0.5 * Math.sin(((2 * Math.PI * 50 * seconds) / growth) * (Math.exp((growth * t) / seconds) - 1));
  });
}

/** Semitones from 217 Hz, an A3 that is 24 cents flat; a note every 0.4 s, the first after 0.2 s. */
const NOTES = [0, 4, 7, 12, 7, 5, 9, 2, 5, 4, 11, 7, 3, -5, 0, 8, 12, 4, 0, 10, 7, 5, 2, -1, 0];

/** 10 s: decaying tones of six partials with vibrato, a burst of noise at every other one, and a noise floor. */
export function melody(rate = GOLDEN_RATE): Float32Array {
  const length = 10 * rate;
  const spacing = Math.floor(0.4 * rate);
  const hiss = noise(length);
  const samples = Float64Array.from(hiss, (value) => 0.002 * value);
  const vibrato = 2 * Math.PI * 5.5;
  for (const [i, semitones] of NOTES.entries()) {
    const begin = Math.floor(0.2 * rate) + i * spacing;
    const frequency = 217 * 2 ** (semitones / 12);
    for (let n = begin; n < Math.min(length, begin + 3 * spacing); n++) {
      const t = (n - begin) / rate;
      const phase = 2 * Math.PI * frequency * (t + (0.01 * (1 - Math.cos(vibrato * t))) / vibrato);
      let tone = 0;
      for (let k = 1; k <= 6; k++) tone += Math.sin(k * phase) / k;
      samples[n] += 0.15 * Math.min(1, t / 0.01) * Math.exp(-3 * t) * tone;
      if (i % 2 === 0) samples[n] += 0.2 * Math.exp(-60 * t) * hiss[n];
    }
  }
  return Float32Array.from(samples);
}

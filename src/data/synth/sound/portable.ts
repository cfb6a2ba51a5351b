/**
 * The mathematics of the synthesizer, made of + - * / only. ECMAScript leaves the last bits of `Math.sin` and
 * `Math.exp` to the engine; in a feedback loop and an MP3 encoder they become other bytes. IEEE 754 fixes the
 * four operations and the square root, so what is made of these is the same everywhere.
 */

/** Sampling rate of everything that is synthesized, in Hz: MagnaTagATune's own. */
export const SAMPLE_RATE = 16000;

const TABLE_LENGTH = 4096;
const SEMITONE = 1.0594630943592953;

/** sin x for 0 ≤ x ≤ π/2 by its Taylor series, to about 1e-16. */
function quarterSine(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 2; n <= 20; n += 2) {
    term *= (-x * x) / (n * (n + 1));
    sum += term;
  }
  return sum;
}

/** One period of a sine, with the first value again at the end for interpolation. */
const sineTable = Float64Array.from({ length: TABLE_LENGTH + 1 }, (_, i) => {
  const half = TABLE_LENGTH / 2;
  const inHalf = i % half;
  const folded = inHalf <= half / 2 ? inHalf : half - inHalf;
  const value = quarterSine((folded / TABLE_LENGTH) * 2 * Math.PI);
  return i % TABLE_LENGTH < half ? value : -value;
});

const semitones = Float64Array.from({ length: 12 }, (_, i) => {
  let ratio = 1;
  for (let k = 0; k < i; k++) ratio *= SEMITONE;
  return ratio;
});

/** Sine of an angle in turns, by linear interpolation in a table (error below 3e-7). */
export function sine(turns: number): number {
  const position = (turns - Math.floor(turns)) * TABLE_LENGTH;
  const index = position | 0;
  const left = sineTable[index];
  return left + (position - index) * (sineTable[index + 1] - left);
}

/** The exponential function, by argument halving and its Taylor series (relative error below 1e-12 for |x| ≤ 50). */
export function exponential(x: number): number {
  const small = x / 1024;
  let term = 1;
  let sum = 1;
  for (let n = 1; n <= 8; n++) {
    term *= small / n;
    sum += term;
  }
  for (let k = 0; k < 10; k++) sum *= sum;
  return sum;
}

/** Amplitude of a level relative to 1: 10^(decibels / 20). */
export function amplitudeOf(decibels: number): number {
  return exponential((decibels * Math.LN10) / 20);
}

/** Factor per sample, below 1, by which a level falls by 60 dB in that time. */
export function decayFactor(seconds: number): number {
  return exponential(-6.907755278982137 / (seconds * SAMPLE_RATE));
}

/**
 * Frequency in Hz of a note in equal temperament, A4 = 440 Hz; `cents` is a small detuning in hundredths of a semitone.
 */
export function frequencyOf(midi: number, cents = 0): number {
  const steps = midi - 69;
  const octave = Math.floor(steps / 12);
  let frequency = 440 * semitones[steps - 12 * octave];
  for (let k = 0; k < octave; k++) frequency *= 2;
  for (let k = 0; k > octave; k--) frequency /= 2;
  return frequency * (1 + cents * 0.00057779);
}

/**
 * Generator of white noise in [-1, 1), a 32-bit xorshift (Marsaglia 2003): two orders faster than a seeded generator,
 * which gives its seed in [0, 1).
 */
export function whiteNoise(seed: number): () => number {
  let state = (Math.floor(seed * 4294967295) | 0) ^ 0x9e3779b9 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2147483648;
  };
}

/** Soft saturation of a sample, x / √(1 + x²): linear for small values, never beyond ±1. */
export function saturate(x: number): number {
  return x / Math.sqrt(1 + x * x);
}

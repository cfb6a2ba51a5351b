/** Signals given by a formula, so that librosa's numbers for them can be written into a test. */

/** Sample rate of all of them, in Hz. */
export const KNOWN_RATE = 16_000;

/** Samples of a second. */
const LENGTH = 16_000;

/** White noise from −1 to 1: the linear congruential generator of Numerical Recipes. */
export function noise(length = LENGTH, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** A second of sinusoids, all of one amplitude. */
export function chord(frequencies: readonly number[], amplitude: number, length = LENGTH): Float32Array {
  return Float32Array.from({ length }, (_, n) =>
    frequencies.reduce((sum, f) => sum + amplitude * Math.sin((2 * Math.PI * f * n) / KNOWN_RATE), 0),
  );
}

/** 440 Hz of amplitude 0.4 with noise of amplitude 0.1, silent after 0.75 s. */
export function toneInNoise(): Float32Array {
  const [tone, hiss] = [chord([440], 0.4), noise()];
  return tone.map((value, n) => (n < 12_000 ? value + 0.1 * hiss[n] : 0));
}

/** 440 Hz of amplitude 0.4 with a click of height 1 at samples 1000, 3000, 5000, … */
export function toneWithClicks(): Float32Array {
  return chord([440], 0.4).map((value, n) => (n % 2000 === 1000 ? value + 1 : value));
}

/** Signals that a feature must survive, by name. */
export const EDGE_CASES: Record<string, Float32Array> = {
  empty: new Float32Array(0),
  'one sample': Float32Array.of(0.5),
  'shorter than a frame': noise(100),
  'digital silence': new Float32Array(5000),
  constant: new Float32Array(5000).fill(0.25),
  'barely there': noise(5000).map((value) => value * 1e-30),
  'a single click': new Float32Array(5000).fill(1, 2500, 2501),
  'full scale': noise(5000).map(Math.sign),
};

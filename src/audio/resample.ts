/** Band-limited change of the sample rate. Runs in Node and in the browser. */

/** Where the pass band ends, as a part of the lower Nyquist frequency; the stop band begins at that frequency. */
const PASS_BAND = 0.914;
/** Attenuation in the stop band, in dB. Both as close to soxr HQ's transition band as a windowed sinc gets. */
const ATTENUATION = 125;

/** Zeroth-order modified Bessel function of the first kind, by its power series. */
function bessel0(x: number): number {
  let sum = 1;
  for (let term = 1, k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The polyphase branches of a Kaiser-windowed sinc low-pass filter: `up` phases of `taps` coefficients. */
function designPhases(from: number, to: number, up: number): { phases: Float64Array[]; taps: number } {
  const nyquist = Math.min(from, to) / 2;
  const transition = ((1 - PASS_BAND) * nyquist) / from; // cycles an input sample
  const beta = 0.1102 * (ATTENUATION - 8.7); // Kaiser 1974
  const taps = 2 * Math.ceil((ATTENUATION - 7.95) / (2.285 * 2 * Math.PI * transition) / 2);
  const cutoff = (((1 + PASS_BAND) / 2) * nyquist) / from; // middle of the transition band
  const half = taps / 2;
  const phases = Array.from({ length: up }, (_, phase) => {
    const coefficients = Float64Array.from({ length: taps }, (_, k) => {
      const t = k - half + 1 - phase / up; // distance from the output's instant, in input samples
      const x = 2 * Math.PI * cutoff * t;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const window = bessel0(beta * Math.sqrt(Math.max(0, 1 - (t / half) ** 2))) / bessel0(beta);
      return 2 * cutoff * sinc * window;
    });
    const gain = coefficients.reduce((sum, c) => sum + c, 0);
    return coefficients.map((c) => c / gain);
  });
  return { phases, taps };
}

/**
 * Resamples by a polyphase Kaiser-windowed sinc filter.
 *
 * @param samples - mono samples at rate `from`
 * @param from - the rate they have, in Hz
 * @param to - the rate wanted, in Hz
 * @returns ceil(length × to / from) samples; the input itself when the rates are equal
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const divisor = greatestCommonDivisor(from, to);
  const [up, down] = [to / divisor, from / divisor];
  const { phases, taps } = designPhases(from, to, up);
  const output = new Float32Array(Math.ceil((samples.length * up) / down));
  for (let n = 0; n < output.length; n++) {
    const position = n * down;
    const phase = position % up;
    const first = (position - phase) / up - taps / 2 + 1;
    const coefficients = phases[phase];
    const begin = Math.max(0, -first);
    const end = Math.min(taps, samples.length - first);
    let sum = 0;
    for (let k = begin; k < end; k++) sum += coefficients[k] * samples[first + k];
    output[n] = sum;
  }
  return output;
}

/** Halving of the sample rate. */
import { kaiserBeta, kaiserLength, kaiserWindow } from '../../audio/kaiser.js';

/** Where the pass band ends, as a part of the new Nyquist frequency: where soxr HQ's does. */
export const PASS_BAND = 0.913;
/** Attenuation of what is lost, in dB. */
const ATTENUATION = 110;

/** Coefficients at distances 1, 3, 5, … of a Kaiser-windowed half-band filter; those at 2, 4, … are zero. */
function designHalfBand(): Float64Array {
  // Symmetrical about the new Nyquist frequency, a quarter of a cycle a sample.
  const transition = 2 * (1 - PASS_BAND) * 0.25;
  const beta = kaiserBeta(ATTENUATION);
  const halfLength = kaiserLength(ATTENUATION, transition) / 2;
  const coefficients = Float64Array.from({ length: Math.ceil(halfLength / 2) }, (_, j) => {
    const distance = 2 * j + 1;
    const sinc = (j % 2 === 0 ? 1 : -1) / (Math.PI * distance);
    return sinc * kaiserWindow(distance / (halfLength + 1), beta);
  });
  const sum = coefficients.reduce((a, b) => a + b, 0);
  return coefficients.map((c) => (0.25 * c) / sum);
}

const HALF_BAND = designHalfBand();

/**
 * Every other sample of the low-passed mono signal, ceil(length / 2), aligned with the first, with silence beyond the
 * ends. Flat to 0.913 of the new Nyquist frequency; what folds back lands above that, or 110 dB down.
 */
export function halveRate(samples: Float32Array): Float32Array {
  const taps = HALF_BAND.length;
  const result = new Float32Array(Math.ceil(samples.length / 2));
  // The odd samples with silence around, so that the inner loop needs no bounds.
  const odd = new Float32Array(result.length + 2 * taps);
  for (let n = 1, m = taps; n < samples.length; n += 2, m++) odd[m] = samples[n];
  for (let n = 0; n < result.length; n++) {
    const right = n + taps;
    let sum = 0.5 * samples[2 * n];
    for (let j = 0; j < taps; j++) sum += HALF_BAND[j] * (odd[right + j] + odd[right - 1 - j]);
    result[n] = sum;
  }
  return result;
}

/** Autocorrelation of frames through the Fourier transform. */
import { realFft } from './fft.js';

/** Writes a frame's sums from lag 0 on into `result`; work arrays are shared between calls. */
export type Autocorrelation = (frame: Float64Array, result: Float64Array) => void;

/**
 * Prepares the autocorrelation r[k] = Σ x[n] x[n + k] of frames, as librosa.autocorrelate: the inverse transform of the
 * power spectrum (Wiener and Khinchin), zero-padded so that no lag wraps around. Throws RangeError unless 1 ≤ lags ≤
 * length.
 */
export function autocorrelation(length: number, lags: number): Autocorrelation {
  if (!Number.isInteger(length) || !Number.isInteger(lags) || lags < 1 || lags > length)
    throw new RangeError(
      `An autocorrelation of ${length} samples has from 1 to ${length} lags, not ${lags}.`,
    );
  let size = 4;
  while (size < length + lags - 1) size *= 2;
  const transform = realFft(size);
  const work = new Float64Array(size);
  const re = new Float64Array(transform.bins);
  const im = new Float64Array(transform.bins);
  return (frame, result) => {
    work.set(frame);
    work.fill(0, length);
    transform.forward(work, re, im);
    for (let k = 0; k < re.length; k++) {
      re[k] = re[k] * re[k] + im[k] * im[k];
      im[k] = 0;
    }
    transform.inverse(re, im, work);
    for (let lag = 0; lag < lags; lag++) result[lag] = work[lag];
  };
}

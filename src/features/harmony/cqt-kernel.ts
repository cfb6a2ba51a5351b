/** Constant-Q filters in the frequency domain, with librosa's numbers. */
import { realFft } from '../fft.js';
import { hannWindow } from '../framing.js';

/** One filter over the bins of a transform: complex weights of the bins from `first` on. */
export interface CqtFilter {
  first: number;
  re: Float64Array;
  im: Float64Array;
}

/** The filters of some bins, and the transform of unwindowed frames they are for. */
export interface CqtKernel {
  /** Samples per frame, a power of two. */
  nFft: number;
  /** One per bin. */
  filters: CqtFilter[];
}

/**
 * Filters whose response to a frame is half the amplitude of a sinusoid at their frequency (Hz, ascending): complex
 * sinusoids under periodic Hann windows of Q cycles, in the middle of a frame, transformed and without the smallest
 * weights (Brown and Puckette 1992), as librosa's wavelet bases of norm 1. `sparsity`: part of the summed magnitude
 * that may go, from 0 to below 1.
 */
export function cqtKernel(
  frequencies: Float64Array,
  sampleRate: number,
  q: number,
  sparsity: number,
): CqtKernel {
  const longest = (q * sampleRate) / frequencies[0];
  const nFft = Math.max(4, 2 ** Math.ceil(Math.log2(longest)));
  const transform = realFft(nFft);
  const [frame, quadrature] = [new Float64Array(nFft), new Float64Array(nFft)];
  const parts = Array.from({ length: 4 }, () => new Float64Array(transform.bins));
  const [cosineRe, cosineIm, sineRe, sineIm] = parts;
  const filters = Array.from(frequencies, (frequency) => {
    const half = (q * sampleRate) / frequency / 2;
    // librosa's whole number of samples around the middle of a filter whose length is not a whole number.
    const begin = Math.floor(-half);
    const window = hannWindow(Math.floor(half) - begin);
    const norm = window.reduce((sum, w) => sum + w, 0) * nFft;
    const offset = Math.floor((nFft - window.length) / 2);
    frame.fill(0);
    quadrature.fill(0);
    window.forEach((w, n) => {
      const angle = (2 * Math.PI * frequency * (begin + n)) / sampleRate;
      frame[offset + n] = (w / norm) * Math.cos(angle);
      quadrature[offset + n] = (w / norm) * Math.sin(angle);
    });
    transform.forward(frame, cosineRe, cosineIm);
    transform.forward(quadrature, sineRe, sineIm);
    return sparseFilter(
      cosineRe.map((re, k) => re - sineIm[k]),
      cosineIm.map((im, k) => im + sineRe[k]),
      sparsity,
    );
  });
  return { nFft, filters };
}

/** Discards the smallest weights, up to a part of the summed magnitude, as librosa.util.sparsify_rows. */
function sparseFilter(re: Float64Array, im: Float64Array, sparsity: number): CqtFilter {
  const magnitudes = re.map((x, k) => Math.hypot(x, im[k]));
  const ascending = magnitudes.slice().sort();
  const discarded = sparsity * ascending.reduce((sum, m) => sum + m, 0);
  let smallest = 0;
  for (let sum = ascending[0]; sum < discarded; ) sum += ascending[++smallest];
  const isKept = (m: number): boolean => m >= ascending[smallest];
  const first = magnitudes.findIndex(isKept);
  const end = magnitudes.findLastIndex(isKept) + 1;
  const kept = (part: Float64Array): Float64Array =>
    part.slice(first, end).map((x, i) => (isKept(magnitudes[first + i]) ? x : 0));
  return { first, re: kept(re), im: kept(im) };
}

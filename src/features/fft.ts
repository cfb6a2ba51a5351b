/** Fast Fourier transform of real signals. Runs in Node and in the browser. */

/** Computes the power spectrum of one frame of `size` samples; reusable, not reentrant. */
export interface PowerSpectrum {
  /** Bins, size / 2 + 1. */
  bins: number;
  /** Reads `size` samples of `frame`, writes |X[k]|² into `power`, `bins` numbers. */
  compute(frame: Float64Array, power: Float64Array): void;
}

/**
 * Prepares the transform of a size: a real sequence as a complex one of half its length (Cooley and Tukey 1965,
 * radix 2, decimation in time), then split into the spectrum of even and odd samples.
 *
 * @param size - samples a frame, a power of two from 4
 * @returns the transform
 * @throws RangeError for another size
 */
export function powerSpectrum(size: number): PowerSpectrum {
  if (size < 4 || (size & (size - 1)) !== 0)
    throw new RangeError(`nFft must be a power of two from 4, not ${size}.`);
  const half = size / 2;
  const bits = Math.log2(half);
  const reversed = Uint32Array.from({ length: half }, (_, i) => {
    let r = 0;
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
    return r;
  });
  const cosine = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sine = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const re = new Float64Array(half);
  const im = new Float64Array(half);

  function transformHalf(): void {
    for (let span = 1, stride = half; span < half; span *= 2, stride /= 2) {
      // The root of order 2·span is the root of order `size` to the power `stride`.
      for (let k = 0; k < span; k++) {
        const wr = cosine[k * stride];
        const wi = sine[k * stride];
        for (let a = k; a < half; a += 2 * span) {
          const b = a + span;
          const tr = re[b] * wr - im[b] * wi;
          const ti = re[b] * wi + im[b] * wr;
          re[b] = re[a] - tr;
          im[b] = im[a] - ti;
          re[a] += tr;
          im[a] += ti;
        }
      }
    }
  }

  return {
    bins: half + 1,
    compute(frame, power) {
      for (let i = 0; i < half; i++) {
        const j = reversed[i];
        re[i] = frame[2 * j];
        im[i] = frame[2 * j + 1];
      }
      transformHalf();
      power[0] = (re[0] + im[0]) ** 2;
      power[half] = (re[0] - im[0]) ** 2;
      for (let k = 1; k < half; k++) {
        const m = half - k;
        const evenRe = (re[k] + re[m]) / 2;
        const evenIm = (im[k] - im[m]) / 2;
        const oddRe = (im[k] + im[m]) / 2;
        const oddIm = (re[m] - re[k]) / 2;
        const xr = evenRe + oddRe * cosine[k] - oddIm * sine[k];
        const xi = evenIm + oddRe * sine[k] + oddIm * cosine[k];
        power[k] = xr * xr + xi * xi;
      }
    },
  };
}

/** Fast Fourier transform of real signals. */

/** The transform of real frames of `size` samples, in double precision; reusable, not reentrant. */
export interface RealFft {
  /** Samples per frame. */
  size: number;
  /** Bins, size / 2 + 1, from 0 Hz to half the sample rate. */
  bins: number;
  /** X[k] = Σ x[n] exp(−2πikn / size) of `size` samples. */
  forward(frame: Float64Array, re: Float64Array, im: Float64Array): void;
  /**
   * The inverse of `forward`, scaled by 1 / size, into `frame`; imaginary parts of the first and last bin count as
   * zero.
   */
  inverse(re: Float64Array, im: Float64Array, frame: Float64Array): void;
}

/**
 * Prepares the transform of a size (a power of two from 4, else RangeError): a real sequence as a complex one of half
 * its length (Cooley and Tukey 1965, radix 2, decimation in time), then split into even and odd samples.
 */
export function realFft(size: number): RealFft {
  if (size < 4 || (size & (size - 1)) !== 0)
    throw new RangeError(`The transform's size must be a power of two from 4, not ${size}.`);
  const half = size / 2;
  const bits = Math.log2(half);
  const reversed = Uint32Array.from({ length: half }, (_, i) => {
    let r = 0;
    for (let b = 0; b < bits; b++) r |= ((i >> b) & 1) << (bits - 1 - b);
    return r;
  });
  const cosine = Float64Array.from({ length: half }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sine = Float64Array.from({ length: half }, (_, k) => -Math.sin((2 * Math.PI * k) / size));
  const workRe = new Float64Array(half);
  const workIm = new Float64Array(half);

  function transformHalf(): void {
    for (let span = 1, stride = half; span < half; span *= 2, stride /= 2) {
      // The root of order 2·span is the root of order `size` to the power `stride`.
      for (let k = 0; k < span; k++) {
        const wr = cosine[k * stride];
        const wi = sine[k * stride];
        for (let a = k; a < half; a += 2 * span) {
          const b = a + span;
          const tr = workRe[b] * wr - workIm[b] * wi;
          const ti = workRe[b] * wi + workIm[b] * wr;
          workRe[b] = workRe[a] - tr;
          workIm[b] = workIm[a] - ti;
          workRe[a] += tr;
          workIm[a] += ti;
        }
      }
    }
  }

  return {
    size,
    bins: half + 1,
    forward(frame, re, im) {
      for (let i = 0; i < half; i++) {
        const j = reversed[i];
        workRe[i] = frame[2 * j];
        workIm[i] = frame[2 * j + 1];
      }
      transformHalf();
      re[0] = workRe[0] + workIm[0];
      im[0] = 0;
      re[half] = workRe[0] - workIm[0];
      im[half] = 0;
      for (let k = 1; k < half; k++) {
        const m = half - k;
        const evenRe = (workRe[k] + workRe[m]) / 2;
        const evenIm = (workIm[k] - workIm[m]) / 2;
        const oddRe = (workIm[k] + workIm[m]) / 2;
        const oddIm = (workRe[m] - workRe[k]) / 2;
        re[k] = evenRe + oddRe * cosine[k] - oddIm * sine[k];
        im[k] = evenIm + oddRe * sine[k] + oddIm * cosine[k];
      }
    },
    inverse(re, im, frame) {
      for (let i = 0; i < half; i++) {
        // The conjugate of even + i·odd, so that the forward transform gives the inverse's conjugate.
        const k = reversed[i];
        const m = half - k;
        const [lowIm, highIm] = k === 0 ? [0, 0] : [im[k], im[m]];
        const evenRe = (re[k] + re[m]) / 2;
        const evenIm = (lowIm - highIm) / 2;
        const differenceRe = (re[k] - re[m]) / 2;
        const differenceIm = (lowIm + highIm) / 2;
        const oddRe = differenceRe * cosine[k] + differenceIm * sine[k];
        const oddIm = differenceIm * cosine[k] - differenceRe * sine[k];
        workRe[i] = evenRe - oddIm;
        workIm[i] = -(evenIm + oddRe);
      }
      transformHalf();
      for (let n = 0; n < half; n++) {
        frame[2 * n] = workRe[n] / half;
        frame[2 * n + 1] = -workIm[n] / half;
      }
    },
  };
}

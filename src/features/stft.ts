/** Short-time Fourier transform and its inverse, with librosa's numbers. */
import { realFft } from './fft.js';
import {
  type Framing,
  frameCount,
  frameWindow,
  type PadMode,
  padForFraming,
  type WindowSettings,
} from './framing.js';
import { type FeatureMatrix, zeroMatrix } from './matrix.js';

/** How a short-time Fourier transform is computed; names and meaning as in librosa. */
export interface StftSettings extends WindowSettings {
  /** Samples per frame, a power of two. */
  nFft: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /** See Framing. */
  center?: boolean;
  /** See Framing. */
  padMode?: PadMode;
}

/** A complex spectrogram, row-major [frames × bins]. */
export interface ComplexSpectrogram {
  re: Float32Array;
  im: Float32Array;
  frames: number;
  /** nFft / 2 + 1. */
  bins: number;
}

/** The frames of a transform as `framing.ts` cuts them. */
export function stftFraming({ nFft, hopLength, center, padMode }: StftSettings): Framing {
  return { frameLength: nFft, hopLength, center, padMode };
}

/** Calls `use` with the spectrum of each frame; the arrays are reused. */
function eachSpectrum(
  samples: Float32Array,
  settings: StftSettings,
  use: (frame: number, re: Float64Array, im: Float64Array) => void,
): number {
  const { nFft, hopLength } = settings;
  const transform = realFft(nFft);
  const window = frameWindow(settings);
  const framing = stftFraming(settings);
  const padded = padForFraming(samples, framing);
  const frames = frameCount(samples.length, framing);
  const frame = new Float64Array(nFft);
  const re = new Float64Array(transform.bins);
  const im = new Float64Array(transform.bins);
  for (let t = 0; t < frames; t++) {
    const begin = t * hopLength;
    for (let i = 0; i < nFft; i++) frame[i] = padded[begin + i] * window[i];
    transform.forward(frame, re, im);
    use(t, re, im);
  }
  return frames;
}

/**
 * Short-time Fourier transform of mono samples, as librosa.stft. Throws RangeError when nFft is not a power of two, or
 * the signal too short to be reflected.
 */
export function stft(samples: Float32Array, settings: StftSettings): ComplexSpectrogram {
  const bins = settings.nFft / 2 + 1;
  const count = frameCount(samples.length, stftFraming(settings)) * bins;
  const [allRe, allIm] = [new Float32Array(count), new Float32Array(count)];
  const frames = eachSpectrum(samples, settings, (t, re, im) => {
    allRe.set(re, t * bins);
    allIm.set(im, t * bins);
  });
  return { re: allRe, im: allIm, frames, bins };
}

/**
 * Magnitude (power 1) or power (2) spectrogram of mono samples, frames × (nFft / 2 + 1), as librosa's abs(stft(…)) **
 * power. Throws as `stft`.
 */
export function spectrogram(samples: Float32Array, settings: StftSettings, power: 1 | 2): FeatureMatrix {
  const matrix = zeroMatrix(frameCount(samples.length, stftFraming(settings)), settings.nFft / 2 + 1);
  eachSpectrum(samples, settings, (t, re, im) => {
    const row = matrix.values.subarray(t * matrix.bands, (t + 1) * matrix.bands);
    for (let k = 0; k < row.length; k++) {
      const squared = re[k] * re[k] + im[k] * im[k];
      row[k] = power === 2 ? squared : Math.sqrt(squared);
    }
  });
  return matrix;
}

/** Below this sum of squared windows a sample is not divided by it: librosa's `tiny` for float32. */
const TINY = 1.17549435e-38;

/**
 * `length` mono samples of a complex spectrogram by weighted overlap-add (Griffin and Lim 1984), as librosa.istft.
 * Throws RangeError when nFft is not a power of two.
 */
export function istft(spectrum: ComplexSpectrogram, settings: StftSettings, length: number): Float32Array {
  const { nFft, hopLength, center = true } = settings;
  const transform = realFft(nFft);
  const window = frameWindow(settings);
  const total = Math.max(0, (spectrum.frames - 1) * hopLength + nFft);
  const sum = new Float64Array(total);
  const weight = new Float64Array(total);
  const frame = new Float64Array(nFft);
  const { bins } = transform;
  const [re, im] = [new Float64Array(bins), new Float64Array(bins)];
  for (let t = 0; t < spectrum.frames; t++) {
    re.set(spectrum.re.subarray(t * bins, (t + 1) * bins));
    im.set(spectrum.im.subarray(t * bins, (t + 1) * bins));
    transform.inverse(re, im, frame);
    for (let i = 0, at = t * hopLength; i < nFft; i++, at++) {
      sum[at] += frame[i] * window[i];
      weight[at] += window[i] * window[i];
    }
  }
  const begin = center ? Math.floor(nFft / 2) : 0;
  return Float32Array.from({ length }, (_, n) => {
    const at = begin + n;
    if (at >= total) return 0;
    return weight[at] > TINY ? sum[at] / weight[at] : sum[at];
  });
}

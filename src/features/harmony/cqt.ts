/** Constant-Q transform, with librosa's numbers. */
import { realFft } from '../fft.js';
import { frameCount, padForFraming } from '../framing.js';
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { spectrogram } from '../stft.js';
import { type CqtKernel, cqtKernel } from './cqt-kernel.js';
import { halveRate, PASS_BAND } from './half-band.js';
import { estimateTuning, type Tuning } from './tuning.js';

/** Frequency of C1 in Hz, with A4 at 440 Hz. */
export const C1_HERTZ = 440 * 2 ** (-45 / 12);

/** Frequencies of a constant-Q transform. */
export interface CqtBandSettings {
  /** Frequency of the lowest bin in Hz. Default: C1, about 32.7. */
  fMin?: number;
  /** Number of bins. Default: 84. */
  nBins?: number;
  /** Default: 12. */
  binsPerOctave?: number;
}

/** How a constant-Q transform is computed; names and meaning as in librosa. */
export interface CqtSettings extends CqtBandSettings {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /**
   * Samples from one frame to the next. Default: 512. Best divisible by two often: else lower octaves run at a rate
   * higher than they need.
   */
  hopLength?: number;
  /** Parts of a bin by which all frequencies are raised. Default: 0. */
  tuning?: Tuning;
  /** Factor on the filters' lengths. Default: 1, which just resolves neighbouring bins. */
  filterScale?: number;
  /** Part of each filter's summed magnitude that may be discarded. Default: 0.01. */
  sparsity?: number;
}

/** Equivalent noise bandwidth of a Hann window, in bins. */
const HANN_BANDWIDTH = 1.5;

/**
 * The nBins frequencies in Hz, raised by `tuning` parts of a bin, as librosa.cqt_frequencies. Throws RangeError when a
 * number of bins is not a whole number from 1, or fMin is not positive.
 */
export function cqtFrequencies(settings: CqtBandSettings = {}, tuning = 0): Float64Array {
  const { fMin = C1_HERTZ, nBins = 84, binsPerOctave = 12 } = settings;
  for (const [name, count] of Object.entries({ nBins, binsPerOctave }))
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`${name} must be a whole number from 1, not ${count}.`);
  if (!(fMin > 0)) throw new RangeError(`fMin must be positive, not ${fMin}.`);
  return Float64Array.from({ length: nBins }, (_, k) => fMin * 2 ** ((k + tuning) / binsPerOctave));
}

/**
 * How often the rate is halved before the highest octave: as in librosa, since filters have whole lengths at the rate
 * they run at.
 */
function earlyHalvings(nyquist: number, cutoff: number, hopLength: number, octaves: number): number {
  const byRate = Math.ceil(Math.log2(nyquist / cutoff)) - 2;
  let twos = 0;
  for (let hop = hopLength; hop % 2 === 0; hop /= 2) twos++;
  return Math.max(0, Math.min(byRate, twos - octaves + 1));
}

/** Magnitudes of the filters' responses around every hop-th sample. */
function kernelResponse(
  samples: Float32Array,
  hopLength: number,
  { nFft, filters }: CqtKernel,
): FeatureMatrix {
  const framing = { frameLength: nFft, hopLength };
  const response = zeroMatrix(frameCount(samples.length, framing), filters.length);
  const padded = padForFraming(samples, framing);
  const transform = realFft(nFft);
  const frame = new Float64Array(nFft);
  const [re, im] = [new Float64Array(transform.bins), new Float64Array(transform.bins)];
  for (let t = 0; t < response.frames; t++) {
    frame.set(padded.subarray(t * hopLength, t * hopLength + nFft));
    transform.forward(frame, re, im);
    for (let b = 0; b < filters.length; b++) {
      const { first, re: weightRe, im: weightIm } = filters[b];
      let [sumRe, sumIm] = [0, 0];
      for (let i = 0, k = first; i < weightRe.length; i++, k++) {
        sumRe += weightRe[i] * re[k] - weightIm[i] * im[k];
        sumIm += weightRe[i] * im[k] + weightIm[i] * re[k];
      }
      response.values[t * filters.length + b] = Math.sqrt(sumRe * sumRe + sumIm * sumIm);
    }
  }
  return response;
}

/**
 * Magnitudes of the constant-Q transform, frames × nBins: octave by octave from the highest, the rate halved in between
 * (Schörkhuber and Klapuri 2010), as abs(librosa.cqt) with its defaults. A sinusoid of amplitude a at a bin's frequency
 * f gives a / 2 · √(Q · sampleRate / f). Frames are centred, with silence beyond the ends, since the lowest bins reach
 * half a second ahead. Where a signal begins or ends abruptly, the halving's ringing beyond its ends is lost (with
 * white noise 2 % of the maximum there, as in librosa). Throws RangeError when the highest bin exceeds half the sample
 * rate, or for other settings out of range.
 */
export function cqt(samples: Float32Array, settings: CqtSettings): FeatureMatrix {
  const { sampleRate, hopLength = 512, binsPerOctave = 12, filterScale = 1, sparsity = 0.01 } = settings;
  if (!Number.isInteger(hopLength) || hopLength < 1)
    throw new RangeError(`hopLength must be a whole number of samples from 1, not ${hopLength}.`);
  if (!(filterScale > 0)) throw new RangeError(`filterScale must be positive, not ${filterScale}.`);
  if (!(sparsity >= 0 && sparsity < 1))
    throw new RangeError(`sparsity must be from 0 to below 1, not ${sparsity}.`);
  const bands: CqtBandSettings = { ...settings, binsPerOctave };
  const frequencies = cqtFrequencies(bands, tuningOf(samples, settings));
  const nBins = frequencies.length;
  const ratio = 2 ** (2 / binsPerOctave);
  const q = (filterScale * (ratio + 1)) / (ratio - 1);
  const reach = 1 + (0.5 * HANN_BANDWIDTH) / q;
  const cutoff = frequencies[nBins - 1] * reach;
  if (cutoff > sampleRate / 2)
    throw new RangeError(
      `The highest bin, ${frequencies[nBins - 1].toFixed(1)} Hz, reaches beyond ${sampleRate / 2} Hz, half the sample rate; reduce nBins or fMin.`,
    );
  const octaves = Math.ceil(nBins / binsPerOctave);
  let [signal, rate, hop] = [samples, sampleRate, hopLength];
  const halve = (): void => {
    [signal, rate, hop] = [halveRate(signal), rate / 2, hop / 2];
  };
  for (let i = earlyHalvings(sampleRate / 2, cutoff, hopLength, octaves); i > 0; i--) halve();
  const responses: FeatureMatrix[] = [];
  for (let end = nBins; end > 0; end -= binsPerOctave) {
    // An octave that the halving would cut into stays at the higher rate (librosa's loses its highest bins).
    const isFit = frequencies[end - 1] * reach <= (PASS_BAND * rate) / 4;
    if (end < nBins && hop % 2 === 0 && isFit) halve();
    const octave = frequencies.subarray(Math.max(0, end - binsPerOctave), end);
    responses.unshift(kernelResponse(signal, hop, cqtKernel(octave, rate, q, sparsity)));
  }
  return joinOctaves(
    responses,
    frequencies.map((f) => Math.sqrt((q * sampleRate) / f)),
  );
}

function tuningOf(samples: Float32Array, { sampleRate, tuning = 0, binsPerOctave }: CqtSettings): number {
  if (tuning !== 'estimated') return tuning;
  return estimateTuning(spectrogram(samples, { nFft: 2048, hopLength: 512 }, 1), {
    sampleRate,
    binsPerOctave,
  });
}

/** The octaves' bins side by side, scaled, over the frames that all of them have. */
function joinOctaves(octaves: FeatureMatrix[], scale: Float64Array): FeatureMatrix {
  const joined = zeroMatrix(Math.min(...octaves.map(({ frames }) => frames)), scale.length);
  let first = 0;
  for (const { bands, values } of octaves) {
    for (let t = 0; t < joined.frames; t++)
      for (let b = 0; b < bands; b++)
        joined.values[t * joined.bands + first + b] = values[t * bands + b] * scale[first + b];
    first += bands;
  }
  return joined;
}

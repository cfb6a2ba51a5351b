/** Harmonic-percussive source separation, with librosa's numbers. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { type ComplexSpectrogram, istft, type StftSettings, stft } from '../stft.js';
import { medianFilter } from './median-filter.js';

/** One number for both parts, or one for each. */
export type HarmonicPercussive<T> = T | { harmonic: T; percussive: T };

/** Settings of the separation. */
export interface HpssSettings {
  /** Width of the medians, in frames for the harmonic part and in bins for the percussive. Default: 31. */
  kernelSize?: HarmonicPercussive<number>;
  /** Exponent of the Wiener-like masks; Infinity makes them 0 or 1. Default: 2. */
  power?: number;
  /**
   * Factor by which a part must exceed the other to pass, from 1. Above 1 the parts no longer sum to the whole
   * (Driedger, Müller and Disch 2014). Default: 1.
   */
  margin?: HarmonicPercussive<number>;
}

/** Both parts of something. */
export interface HarmonicAndPercussive<T> {
  /** What lasts: tones. */
  harmonic: T;
  /** What is short and broad: strokes. */
  percussive: T;
}

/** librosa's `tiny` for float32: where both medians lie below, there is nothing to part. */
const TINY = 1.17549435e-38;

function both(setting: HarmonicPercussive<number>): HarmonicAndPercussive<number> {
  return typeof setting === 'number' ? { harmonic: setting, percussive: setting } : setting;
}

function alongTime({ frames, bands, values }: FeatureMatrix, size: number): Float32Array {
  const result = new Float32Array(values.length);
  const [line, medians] = [new Float32Array(frames), new Float32Array(frames)];
  for (let k = 0; k < bands; k++) {
    for (let t = 0; t < frames; t++) line[t] = values[t * bands + k];
    medianFilter(line, size, medians);
    for (let t = 0; t < frames; t++) result[t * bands + k] = medians[t];
  }
  return result;
}

function alongFrequency({ frames, bands, values }: FeatureMatrix, size: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let t = 0; t < frames; t++) {
    const [begin, end] = [t * bands, (t + 1) * bands];
    medianFilter(values.subarray(begin, end), size, result.subarray(begin, end));
  }
  return result;
}

/** value^power / (value^power + reference^power), as librosa.util.softmask; `empty` where both are zero. */
function softMask(value: number, reference: number, power: number, empty: number): number {
  if (power === Infinity) return value > reference ? 1 : 0;
  const largest = Math.max(value, reference);
  if (largest < TINY) return empty;
  // Relative to the larger, so that no power overflows.
  const [a, b] = [value / largest, reference / largest];
  if (power === 2) return (a * a) / (a * a + b * b);
  return a ** power / (a ** power + b ** power);
}

/**
 * Masks from 0 to 1 of the harmonic and the percussive part by median filtering along time and along frequency
 * (Fitzgerald 2010), as librosa.decompose.hpss(mask=True); with a margin of 1 they sum to 1. Throws RangeError when a
 * kernel is not a whole number from 1, a margin is below 1 or the power is not positive.
 */
export function hpssMasks(
  magnitude: FeatureMatrix,
  settings: HpssSettings = {},
): HarmonicAndPercussive<FeatureMatrix> {
  const { power = 2 } = settings;
  const kernel = both(settings.kernelSize ?? 31);
  const margin = both(settings.margin ?? 1);
  for (const size of [kernel.harmonic, kernel.percussive])
    if (!Number.isInteger(size) || size < 1)
      throw new RangeError(`kernelSize must be a whole number from 1, not ${size}.`);
  for (const factor of [margin.harmonic, margin.percussive])
    if (!(factor >= 1)) throw new RangeError(`margin must be at least 1, not ${factor}.`);
  if (!(power > 0)) throw new RangeError(`power must be positive, not ${power}.`);
  const tonal = alongTime(magnitude, kernel.harmonic);
  const percussive = alongFrequency(magnitude, kernel.percussive);
  const empty = margin.harmonic === 1 && margin.percussive === 1 ? 0.5 : 0;
  const masks = {
    harmonic: zeroMatrix(magnitude.frames, magnitude.bands),
    percussive: zeroMatrix(magnitude.frames, magnitude.bands),
  };
  for (let i = 0; i < tonal.length; i++) {
    masks.harmonic.values[i] = softMask(tonal[i], percussive[i] * margin.harmonic, power, empty);
    masks.percussive.values[i] = softMask(percussive[i], tonal[i] * margin.percussive, power, empty);
  }
  return masks;
}

/**
 * The harmonic and the percussive part of a complex spectrogram, each with the phase of the whole, as
 * librosa.decompose.hpss. Throws as `hpssMasks`.
 */
export function hpssSpectrogram(
  spectrum: ComplexSpectrogram,
  settings: HpssSettings = {},
): HarmonicAndPercussive<ComplexSpectrogram> {
  const { re, im, frames, bins } = spectrum;
  const magnitude = zeroMatrix(frames, bins);
  for (let i = 0; i < re.length; i++) magnitude.values[i] = Math.sqrt(re[i] * re[i] + im[i] * im[i]);
  const masks = hpssMasks(magnitude, settings);
  const masked = ({ values }: FeatureMatrix): ComplexSpectrogram => ({
    re: re.map((value, i) => value * values[i]),
    im: im.map((value, i) => value * values[i]),
    frames,
    bins,
  });
  return { harmonic: masked(masks.harmonic), percussive: masked(masks.percussive) };
}

/**
 * The harmonic and the percussive part of mono samples, as librosa.effects.hpss; with a margin of 1 they sum to the
 * signal. Defaults: nFft 2048, hopLength nFft / 4. Throws as `hpssMasks` and `stft`.
 */
export function hpss(
  samples: Float32Array,
  settings: HpssSettings & Partial<StftSettings> = {},
): HarmonicAndPercussive<Float32Array> {
  const { nFft = 2048, hopLength = Math.floor(nFft / 4), ...others } = settings;
  const transform: StftSettings = { ...others, nFft, hopLength };
  const parts = hpssSpectrogram(stft(samples, transform), settings);
  return {
    harmonic: istft(parts.harmonic, transform, samples.length),
    percussive: istft(parts.percussive, transform, samples.length),
  };
}

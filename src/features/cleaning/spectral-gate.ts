/** Noise reduction by a spectral gate: what is hardly louder than the noise in its band is turned down. */
import { type ComplexSpectrogram, istft, type StftSettings, stft } from '../stft.js';

/** Levels of noise in each band of a spectral gate, in dB: their mean over frames, and their deviation. */
export interface NoiseProfile {
  mean: ArrayLike<number>;
  deviation: ArrayLike<number>;
}

/** Options of a spectral gate. */
export interface SpectralGateOptions {
  /** Levels of the noise, in place of the quietest frames'; `measureNoise` gives them. */
  profile?: NoiseProfile;
  /** Share of the frames, the quietest, that are taken for noise, above 0 and at most 1. Default: 0.1. */
  quietest?: number;
  /** A cell passes when it is so many deviations above the mean level of the noise in its band, in dB. Default: 1.5. */
  threshold?: number;
  /** How much of what does not pass is taken away, from 0 to 1. Default: 1. */
  reduction?: number;
}

/** Number of bands of a noise profile. */
export const NOISE_BANDS = 513;

const TRANSFORM: StftSettings = { nFft: 2 * (NOISE_BANDS - 1), hopLength: 256 };

/** Half the width over which the gate is smoothed: Hz, and seconds. noisereduce has 500 Hz, which turns single partials down. */
const SMOOTHED = { hertz: 60, seconds: 0.05 };

/** Amplitudes below this are as loud as it. */
const FLOOR = 1e-10;

/** Level of each cell in dB, row-major [frames × bands]. */
const levelsOf = ({ re, im }: ComplexSpectrogram): Float32Array =>
  Float32Array.from(re, (real, i) => 20 * Math.log10(Math.max(FLOOR, Math.hypot(real, im[i]))));

/** Mean and deviation of the levels of some frames, a pair for each band. */
function profileOf(levels: Float32Array, frames: readonly number[]): NoiseProfile {
  const [mean, deviation] = [new Float64Array(NOISE_BANDS), new Float64Array(NOISE_BANDS)];
  for (let band = 0; band < NOISE_BANDS; band++) {
    let [sum, squares] = [0, 0];
    for (const frame of frames) sum += levels[frame * NOISE_BANDS + band];
    mean[band] = sum / frames.length;
    for (const frame of frames) squares += (levels[frame * NOISE_BANDS + band] - mean[band]) ** 2;
    deviation[band] = Math.sqrt(squares / frames.length);
  }
  return { mean, deviation };
}

/**
 * The profile of a recording of noise alone, of 513 bands from 0 Hz to half its sample rate, with all of its frames: what
 * `reduceNoise` takes for recordings of the same rate. Throws RangeError for fewer than 1,024 samples.
 */
export function measureNoise(samples: Float32Array): NoiseProfile {
  if (samples.length < TRANSFORM.nFft)
    throw new RangeError(`A noise profile needs at least ${TRANSFORM.nFft} samples, not ${samples.length}.`);
  const spectrum = stft(samples, TRANSFORM);
  return profileOf(levelsOf(spectrum), [...Array(spectrum.frames).keys()]);
}

/**
 * Turns noise down, as the stationary gate of noisereduce (Sainburg, Thielk and Gentner 2020), with the quietest frames for
 * noise where there is no profile of it: for each band, the mean and the deviation of the levels of these frames give a threshold; the mask
 * of the cells above it is smoothed over neighbouring bands and frames.
 *
 * @param samples - mono, at `sampleRate` in Hz; shorter ones than a frame of 1,024 samples are returned as they are
 * @returns as many samples
 */
export function reduceNoise(
  samples: Float32Array,
  sampleRate: number,
  { profile, quietest = 0.1, threshold = 1.5, reduction = 1 }: SpectralGateOptions = {},
): Float32Array {
  if (samples.length <= TRANSFORM.nFft) return samples;
  const spectrum = stft(samples, TRANSFORM);
  const { frames, bins, re, im } = spectrum;
  const levels = levelsOf(spectrum);
  const { mean, deviation } =
    profile ?? profileOf(levels, quietestFrames(spectrum, Math.max(1, Math.round(quietest * frames))));
  const mask = new Float32Array(frames * bins);
  for (let bin = 0; bin < bins; bin++) {
    const limit = mean[bin] + threshold * deviation[bin];
    for (let frame = 0; frame < frames; frame++)
      mask[frame * bins + bin] = levels[frame * bins + bin] > limit ? 1 : 1 - reduction;
  }
  const ofBands = triangle(Math.floor(SMOOTHED.hertz / (sampleRate / TRANSFORM.nFft)));
  const ofFrames = triangle(Math.floor((SMOOTHED.seconds * sampleRate) / TRANSFORM.hopLength));
  const acrossBands = smoothed(mask, { count: frames, step: bins }, { count: bins, step: 1 }, ofBands);
  const gate = smoothed(acrossBands, { count: bins, step: 1 }, { count: frames, step: bins }, ofFrames);
  const open = {
    ...spectrum,
    re: re.map((real, i) => real * gate[i]),
    im: im.map((part, i) => part * gate[i]),
  };
  return istft(open, TRANSFORM, samples.length);
}

/** Numbers of the frames with the least power; of equal ones the earlier. */
function quietestFrames({ re, im, frames, bins }: ComplexSpectrogram, count: number): number[] {
  const powers = Float64Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let i = frame * bins; i < (frame + 1) * bins; i++) sum += re[i] * re[i] + im[i] * im[i];
    return sum;
  });
  return Array.from(powers.keys())
    .sort((a, b) => powers[a] - powers[b] || a - b)
    .slice(0, count);
}

/** Weights 1, 2, …, n + 1, …, 2, 1 over their sum. */
function triangle(half: number): Float32Array {
  const weights = Float32Array.from({ length: 2 * half + 1 }, (_, i) => half + 1 - Math.abs(i - half));
  const sum = (half + 1) ** 2;
  return weights.map((weight) => weight / sum);
}

/** One of two directions in an array of cells. */
interface Direction {
  count: number;
  step: number;
}

/** Convolves each line along `along` with weights; beyond the ends stands 0. */
function smoothed(
  values: Float32Array,
  lines: Direction,
  along: Direction,
  weights: Float32Array,
): Float32Array {
  const half = (weights.length - 1) / 2;
  const out = new Float32Array(values.length);
  for (let line = 0; line < lines.count; line++)
    for (let i = 0; i < along.count; i++) {
      let sum = 0;
      const last = Math.min(along.count - 1, i + half);
      for (let j = Math.max(0, i - half); j <= last; j++)
        sum += weights[j - i + half] * values[line * lines.step + j * along.step];
      out[line * lines.step + i * along.step] = sum;
    }
  return out;
}

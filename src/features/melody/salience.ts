/** How strongly each pitch is present in a mix: the salience function of Salamon and Gómez. */

import { checkSamples } from '../../audio/possible-samples.js';
import { realFft } from '../fft.js';
import { hannWindow } from '../framing.js';

/** Lowest pitch in Hz, cents of a bin, and bins: from 55 to 1760 Hz. */
export const [LOWEST_HERTZ, BIN_CENTS, PITCH_BINS] = [55, 10, 601];

/** The frequency of a bin of the salience function, in Hz; bins may be fractional. */
export const binHertz = (bin: number): number => LOWEST_HERTZ * 2 ** ((bin * BIN_CENTS) / 1200);

/** How salience is computed. */
export interface SalienceSettings {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Samples from one frame to the next. */
  hopLength: number;
}

/** Harmonics that a peak may be, each a factor weaker than the one below it (α), magnitudes as they are (β = 1). */
const [HARMONICS, ALPHA] = [20, 0.8];
/** A peak counts for pitches at most this many bins away: a semitone. */
const REACH = 10;
/** Peaks this far below the loudest of their frame are left out, in dB. */
const DYNAMIC_RANGE = 40;
/** Largest magnitude of a frame that is silent. */
const SILENCE = 1e-4;
/** Highest frequency of a peak in Hz. */
const HIGHEST_PEAK = 5000;
/** Length of a frame in seconds, and how often its transform is finer than that. */
const [FRAME_SECONDS, FINER] = [0.0464, 4];
/** Equal loudness: gains in dB at frequencies in Hz, after the inverse of ISO 226's curve at 40 phon. */
const LOUDNESS: readonly [number, number][] = [
  ...([
    [20, -60],
    [50, -38],
    [100, -24],
    [200, -13],
    [400, -5],
    [800, -0.6],
  ] as [number, number][]),
  ...([
    [1250, -2],
    [2500, 3],
    [3500, 4],
    [5000, 0],
    [8000, -11],
  ] as [number, number][]),
];

/** Gain at a frequency by a straight line over its logarithm. */
function loudnessGain(hertz: number): number {
  const next = LOUDNESS.findIndex(([at]) => at > hertz);
  const decibels =
    next <= 0
      ? LOUDNESS[next === 0 ? 0 : LOUDNESS.length - 1][1]
      : (() => {
          const [[a, low], [b, high]] = [LOUDNESS[next - 1], LOUDNESS[next]];
          return low + ((high - low) * Math.log(hertz / a)) / Math.log(b / a);
        })();
  return 10 ** (decibels / 20);
}

/** Weights of the bins around a pitch, by the distance in bins. */
const NEAR = Float64Array.from({ length: REACH + 1 }, (_, i) => Math.cos((Math.PI / 2) * (i / REACH)) ** 2);
const STRENGTHS = Float64Array.from({ length: HARMONICS }, (_, h) => ALPHA ** h);
const HARMONIC_BINS = Float64Array.from(
  { length: HARMONICS },
  (_, h) => (1200 / BIN_CENTS) * Math.log2(h + 1),
);

/**
 * Salience of pitches from 55 to 1760 Hz in steps of 10 cents, a frame at a time: peaks of the frame's spectrum, weighted
 * by loudness, count for every pitch that they may be a harmonic of (Salamon and Gómez 2012, Melody extraction from
 * polyphonic music signals using pitch contour characteristics). The frequency of a peak is that of a parabola through
 * three bins of a transform four times as fine as the frame, in the place of the paper's phase vocoder. Frames are
 * centred, with silence beyond the ends.
 *
 * @param use - receives each frame's 601 values, which the next frame overwrites
 * @returns the number of frames
 * @throws RangeError for samples that are not finite
 */
export function eachSalience(
  samples: Float32Array,
  { sampleRate, hopLength }: SalienceSettings,
  use: (frame: number, values: Float64Array) => void,
): number {
  checkSamples(samples);
  const length = Math.max(16, Math.round(FRAME_SECONDS * sampleRate));
  const nFft = 2 ** Math.ceil(Math.log2(FINER * length));
  const transform = realFft(nFft);
  const window = hannWindow(length);
  const hertz = sampleRate / nFft;
  const last = Math.min(transform.bins - 2, Math.floor(HIGHEST_PEAK / hertz));
  const gains = Float64Array.from({ length: transform.bins }, (_, k) => loudnessGain(Math.max(1, k * hertz)));
  const frame = new Float64Array(nFft);
  const [re, im] = [new Float64Array(transform.bins), new Float64Array(transform.bins)];
  const magnitude = new Float64Array(transform.bins);
  const values = new Float64Array(PITCH_BINS);
  const floor = 10 ** (-DYNAMIC_RANGE / 20);
  const frames = 1 + Math.floor(samples.length / hopLength);
  for (let t = 0; t < frames; t++) {
    const begin = t * hopLength - Math.floor(length / 2);
    for (let i = 0; i < length; i++) frame[i] = (samples[begin + i] ?? 0) * window[i];
    transform.forward(frame, re, im);
    let most = 0;
    for (let k = 0; k <= last + 1; k++) {
      magnitude[k] = gains[k] * Math.sqrt(re[k] * re[k] + im[k] * im[k]);
      if (magnitude[k] > most) most = magnitude[k];
    }
    values.fill(0);
    for (let k = 2; k <= last && most > SILENCE; k++) {
      const [left, middle, right] = [magnitude[k - 1], magnitude[k], magnitude[k + 1]];
      if (!(middle > left && middle >= right && middle > floor * most)) continue;
      const [a, b, c] = [Math.log(left + 1e-12), Math.log(middle), Math.log(right + 1e-12)];
      const shift = (0.5 * (a - c)) / (a - 2 * b + c);
      const bin = (1200 / BIN_CENTS) * Math.log2(((k + shift) * hertz) / LOWEST_HERTZ);
      addPeak(values, bin, Math.exp(b - 0.25 * (a - c) * shift));
    }
    use(t, values);
  }
  return frames;
}

/** Adds a peak to the pitches that it may be a harmonic of. */
function addPeak(values: Float64Array, bin: number, magnitude: number): void {
  for (let h = 0; h < HARMONICS; h++) {
    const centre = Math.round(bin - HARMONIC_BINS[h]);
    if (centre < -REACH) return;
    const strength = magnitude * STRENGTHS[h];
    const [from, to] = [Math.max(0, centre - REACH), Math.min(PITCH_BINS - 1, centre + REACH)];
    for (let b = from; b <= to; b++) values[b] += strength * NEAR[Math.abs(b - centre)];
  }
}

/** A spectrum in thirds of a semitone, tuned to the recording and freed of its tilt. */
import { checkSamples } from '../../audio/possible-samples.js';
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { spectrogram } from '../stft.js';
import type { Tuning } from './tuning.js';

/** Bins of a semitone: the middle one of three is the tuned pitch. */
export const BINS_PER_SEMITONE = 3;

/** Lowest and highest note of the spectrum, MIDI numbers. */
export const [LOWEST_NOTE, HIGHEST_NOTE] = [21, 104];

/** How a note spectrum is computed. */
export interface NoteSpectrumSettings {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /** Distance from A = 440 Hz in semitones. Default: estimated from the spectrum. */
  tuning?: Tuning;
}

/** A spectrum by notes. */
export interface NoteSpectrum {
  /** frames × (3 · notes) magnitudes, from `LOWEST_NOTE`. */
  matrix: FeatureMatrix;
  /** In semitones above A = 440 Hz, from −0.5 to 0.5. */
  tuning: number;
}

/** Seconds of a frame, at least: enough to tell the semitones of the tenor apart. */
const FRAME_SECONDS = 0.3;

/** Frames that are transformed at a time, so that memory holds no whole spectrogram. */
const BLOCK = 256;

/** More bins at each side, from which tuning interpolates. */
const MARGIN = 2;

const NOTES = HIGHEST_NOTE - LOWEST_NOTE + 1;

/** Half an octave at each side of a bin tells what is usual around it. */
const SURROUNDINGS = 6 * BINS_PER_SEMITONE;

/** Weights of transform bins for one bin of the note spectrum. */
interface BinFilter {
  first: number;
  weights: Float64Array;
}

/** Raised cosines a third of a semitone wide, or as wide as a bin of the transform where that is wider. */
function binFilters(sampleRate: number, nFft: number): BinFilter[] {
  const hertz = sampleRate / nFft;
  const highest = nFft / 2;
  return Array.from({ length: NOTES * BINS_PER_SEMITONE + 2 * MARGIN }, (_, i) => {
    const note = LOWEST_NOTE + (i - MARGIN - 1) / BINS_PER_SEMITONE;
    const centre = 440 * 2 ** ((note - 69) / 12);
    const reach = Math.max(centre * (2 ** (1 / (12 * BINS_PER_SEMITONE)) - 1), hertz);
    const first = Math.max(1, Math.ceil((centre - reach) / hertz));
    const last = Math.min(highest, Math.floor((centre + reach) / hertz));
    const weights = Float64Array.from(
      { length: Math.max(0, last - first + 1) },
      (_, k) => 0.5 + 0.5 * Math.cos((Math.PI * ((first + k) * hertz - centre)) / reach),
    );
    return { first, weights };
  });
}

/** Frames × bins of the untuned spectrum, with a margin at both sides. */
function untuned(samples: Float32Array, { sampleRate, hopLength }: NoteSpectrumSettings): FeatureMatrix {
  const nFft = 2 ** Math.ceil(Math.log2(FRAME_SECONDS * sampleRate));
  const filters = binFilters(sampleRate, nFft);
  const frames = 1 + Math.floor(samples.length / hopLength);
  const result = zeroMatrix(frames, filters.length);
  const half = nFft / 2;
  for (let from = 0; from < frames; from += BLOCK) {
    const count = Math.min(BLOCK, frames - from);
    // Silence before the beginning and after the end.
    const piece = new Float32Array((count - 1) * hopLength + nFft);
    const begin = from * hopLength - half;
    piece.set(
      samples.subarray(Math.max(0, begin), Math.max(0, Math.min(samples.length, begin + piece.length))),
      Math.max(0, -begin),
    );
    const { values, bands } = spectrogram(piece, { nFft, hopLength, center: false }, 1);
    for (let t = 0; t < count; t++)
      for (let b = 0; b < filters.length; b++) {
        const { first, weights } = filters[b];
        let sum = 0;
        for (let i = 0, k = t * bands + first; i < weights.length; i++, k++) sum += weights[i] * values[k];
        result.values[(from + t) * filters.length + b] = sum;
      }
  }
  return result;
}

/** Tuning in semitones by the phase of the mean spectrum over thirds of a semitone (Mauch and Dixon 2010). */
function tuningOf({ values, frames, bands }: FeatureMatrix): number {
  const mean = new Float64Array(bands);
  for (let i = 0; i < frames * bands; i++) mean[i % bands] += values[i];
  let [x, y] = [0, 0];
  for (let b = 0; b < bands; b++) {
    const angle = (2 * Math.PI * (b - MARGIN - 1)) / BINS_PER_SEMITONE;
    x += mean[b] * Math.cos(angle);
    y += mean[b] * Math.sin(angle);
  }
  return x === 0 && y === 0 ? 0 : Math.atan2(y, x) / (2 * Math.PI);
}

/**
 * Spectrum of mono samples in thirds of a semitone, as the first half of NNLS Chroma (Mauch and Dixon 2010): a
 * transform of about 0.4 s, mapped to a logarithmic axis and shifted to the tuning.
 */
export function noteSpectrum(samples: Float32Array, settings: NoteSpectrumSettings): NoteSpectrum {
  checkSamples(samples);
  const spectrum = untuned(samples, settings);
  const { tuning: asked = 'estimated' } = settings;
  const tuning = asked === 'estimated' ? tuningOf(spectrum) : asked;
  const shift = tuning * BINS_PER_SEMITONE;
  const [whole, part] = [Math.floor(shift), shift - Math.floor(shift)];
  const matrix = zeroMatrix(spectrum.frames, NOTES * BINS_PER_SEMITONE);
  for (let t = 0; t < matrix.frames; t++)
    for (let b = 0; b < matrix.bands; b++) {
      const at = t * spectrum.bands + b + MARGIN + whole;
      const [low, high] = [spectrum.values[at], spectrum.values[at + 1]];
      matrix.values[t * matrix.bands + b] = low + part * (high - low);
    }
  return { matrix, tuning };
}

/**
 * How far each bin stands out of the octave around it, in standard deviations; 0 where it does not. What remains is a
 * spectrum without tilt, in which high notes count as much as low ones. Frames of silence are zeros.
 */
export function whitened({ values, frames, bands }: FeatureMatrix): FeatureMatrix {
  const result = zeroMatrix(frames, bands);
  const [sums, squares] = [new Float64Array(bands + 1), new Float64Array(bands + 1)];
  for (let t = 0; t < frames; t++) {
    const row = t * bands;
    for (let b = 0; b < bands; b++) {
      sums[b + 1] = sums[b] + values[row + b];
      squares[b + 1] = squares[b] + values[row + b] ** 2;
    }
    for (let b = 0; b < bands; b++) {
      const [from, to] = [Math.max(0, b - SURROUNDINGS), Math.min(bands, b + SURROUNDINGS + 1)];
      const mean = (sums[to] - sums[from]) / (to - from);
      const deviation = Math.sqrt(Math.max(0, (squares[to] - squares[from]) / (to - from) - mean ** 2));
      const excess = values[row + b] - mean;
      // The floor keeps the residue of silence at silence.
      if (excess > 0) result.values[row + b] = excess / (deviation + 1e-4);
    }
  }
  return result;
}

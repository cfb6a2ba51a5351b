/** Mel spectrograms, with librosa's numbers. Runs in Node and in the browser. */
import { powerSpectrum } from './fft.js';

/** How a mel spectrogram is computed; names and meaning as in librosa. */
export interface MelSettings {
  /** In Hz. */
  sampleRate: number;
  /** Samples a frame, a power of two; the window is a periodic Hann window of this length. */
  nFft: number;
  /** Samples from one frame's centre to the next. */
  hopLength: number;
  /** Number of mel bands, from 0 Hz to half the sample rate. */
  melBands: number;
}

/** A sparse filter: weights of the bins from `first` on. */
interface MelFilter {
  first: number;
  weights: Float64Array;
}

/** Slaney's mel scale (Auditory Toolbox 1998): linear below 1 kHz, logarithmic above. */
const SLANEY = { hertzPerMel: 200 / 3, breakHertz: 1000, breakMel: 15, logStep: Math.log(6.4) / 27 };

/**
 * Frequency on Slaney's mel scale.
 *
 * @param hertz - frequency in Hz
 * @returns mel
 */
export function hertzToMel(hertz: number): number {
  if (hertz < SLANEY.breakHertz) return hertz / SLANEY.hertzPerMel;
  return SLANEY.breakMel + Math.log(hertz / SLANEY.breakHertz) / SLANEY.logStep;
}

/**
 * Inverse of `hertzToMel`.
 *
 * @param mel - position on Slaney's scale
 * @returns frequency in Hz
 */
export function melToHertz(mel: number): number {
  if (mel < SLANEY.breakMel) return mel * SLANEY.hertzPerMel;
  return SLANEY.breakHertz * Math.exp(SLANEY.logStep * (mel - SLANEY.breakMel));
}

/** Triangular filters of unit area (librosa's norm='slaney'). */
function melFilters({ sampleRate, nFft, melBands }: MelSettings): MelFilter[] {
  const top = hertzToMel(sampleRate / 2);
  const edges = Float64Array.from({ length: melBands + 2 }, (_, i) => melToHertz((top * i) / (melBands + 1)));
  const bins = nFft / 2 + 1;
  return Array.from({ length: melBands }, (_, band) => {
    const [low, centre, high] = edges.subarray(band, band + 3);
    const response = Float64Array.from({ length: bins }, (_, k) => {
      const f = (k * sampleRate) / nFft;
      const triangle = Math.min((f - low) / (centre - low), (high - f) / (high - centre));
      return (Math.max(0, triangle) * 2) / (high - low);
    });
    const first = response.findIndex((w) => w > 0);
    if (first < 0) return { first: 0, weights: new Float64Array(0) };
    const last = response.findLastIndex((w) => w > 0);
    return { first, weights: response.slice(first, last + 1) };
  });
}

/**
 * Number of frames of a centred transform.
 *
 * @param samples - length of the signal
 * @param hopLength - samples a hop
 * @returns 1 + floor(samples / hopLength)
 */
export function frameCount(samples: number, hopLength: number): number {
  return 1 + Math.floor(samples / hopLength);
}

/**
 * Mel power spectrogram: centred frames with zero padding, periodic Hann window, power 2, Slaney scale and area
 * norm, as librosa.feature.melspectrogram(center=True, pad_mode='constant').
 *
 * @param samples - mono samples at the settings' rate
 * @param settings - the transform
 * @returns row-major [frames × bands]
 */
export function melSpectrogram(samples: Float32Array, settings: MelSettings): Float32Array {
  const { nFft, hopLength, melBands } = settings;
  const transform = powerSpectrum(nFft);
  const window = Float64Array.from(
    { length: nFft },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / nFft),
  );
  const filters = melFilters(settings);
  const frame = new Float64Array(nFft);
  const power = new Float64Array(transform.bins);
  const frames = frameCount(samples.length, hopLength);
  const mel = new Float32Array(frames * melBands);
  for (let t = 0; t < frames; t++) {
    const begin = t * hopLength - nFft / 2;
    for (let i = 0; i < nFft; i++) {
      const at = begin + i;
      frame[i] = at >= 0 && at < samples.length ? samples[at] * window[i] : 0;
    }
    transform.compute(frame, power);
    for (let band = 0; band < melBands; band++) {
      const { first, weights } = filters[band];
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * power[first + k];
      mel[t * melBands + band] = sum;
    }
  }
  return mel;
}

/** Factor of the logarithmic compression, as in Dieleman and Schrauwen 2014 and musicnn. */
const COMPRESSION = 10_000;

/**
 * log10(1 + 10000 x): near linear for silence, logarithmic for music, zero for digital silence.
 *
 * @param mel - mel power, any length
 * @returns compressed values, the same length
 */
export function logCompress(mel: Float32Array): Float32Array {
  return mel.map((power) => Math.log10(1 + COMPRESSION * power));
}

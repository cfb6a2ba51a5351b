/** Rises of a spectrum from one frame to the next. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/** How rises are measured and summed up; names and meaning as in librosa.onset.onset_strength. */
export interface SpectralFluxSettings {
  /** Frames between the two spectra that are compared. Default: 1. */
  lag?: number;
  /**
   * Bands over which the earlier spectrum's local maximum is taken, against vibrato (Böck and Widmer 2013). Default: 1,
   * no filter.
   */
  maxSize?: number;
  /** How a frame's bands become one number. Default: `mean`. */
  aggregate?: 'mean' | 'median';
  /** Whether the envelope's slow component is filtered away. Default: false. */
  detrend?: boolean;
  /** Frames by which the envelope is moved later, on top of the lag. Default: 0. */
  delay?: number;
}

/** The largest value within `size` bands around each band, as scipy.ndimage.maximum_filter1d. */
function maximumAcrossBands({ values, frames, bands }: FeatureMatrix, size: number): FeatureMatrix {
  const filtered = zeroMatrix(frames, bands);
  const below = Math.floor(size / 2);
  for (let t = 0; t < frames; t++) {
    const row = t * bands;
    for (let band = 0; band < bands; band++) {
      let largest = values[row + band];
      const end = Math.min(bands, band - below + size);
      for (let near = Math.max(0, band - below); near < end; near++)
        largest = Math.max(largest, values[row + near]);
      filtered.values[row + band] = largest;
    }
  }
  return filtered;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Sorts what it is given. */
function median(values: Float32Array): number {
  values.sort();
  const middle = Math.floor(values.length / 2);
  return values.length % 2 === 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/** What is left of an envelope after a one-pole high-pass filter: y[n] = x[n] − x[n−1] + 0.99 y[n−1]. */
function withoutTrend(envelope: Float32Array): Float32Array {
  let [before, filtered] = [0, 0];
  return envelope.map((value) => {
    filtered = value - before + 0.99 * filtered;
    before = value;
    return filtered;
  });
}

/**
 * Spectral flux, one value per frame in the unit of the logarithmic spectrogram: the mean (or median) over bands of
 * max(0, S[t, b] − S[t − lag, b]), as librosa.onset.onset_strength of a spectrogram; zero before the first comparison.
 * Throws RangeError when the lag or the filter's size is not a positive integer, or the delay negative.
 */
export function spectralFlux(decibels: FeatureMatrix, settings: SpectralFluxSettings = {}): Float32Array {
  const { lag = 1, maxSize = 1, aggregate = 'mean', detrend = false, delay = 0 } = settings;
  if (!Number.isInteger(lag) || lag < 1) throw new RangeError(`lag must be a positive integer, not ${lag}.`);
  if (!Number.isInteger(maxSize) || maxSize < 1)
    throw new RangeError(`maxSize must be a positive integer, not ${maxSize}.`);
  if (!Number.isInteger(delay) || delay < 0)
    throw new RangeError(`delay must be a non-negative integer, not ${delay}.`);
  const { values, frames, bands } = decibels;
  const envelope = new Float32Array(frames);
  if (bands === 0) return envelope;
  const reference = maxSize === 1 ? decibels : maximumAcrossBands(decibels, maxSize);
  const rise = new Float32Array(bands);
  const summary = aggregate === 'mean' ? mean : median;
  for (let t = lag + delay; t < frames; t++) {
    const now = (t - delay) * bands;
    const before = now - lag * bands;
    for (let b = 0; b < bands; b++) rise[b] = Math.max(0, values[now + b] - reference.values[before + b]);
    envelope[t] = summary(rise);
  }
  return detrend ? withoutTrend(envelope) : envelope;
}

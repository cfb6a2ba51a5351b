/** Spectral peaks with interpolated frequencies, with librosa's numbers. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/** Which peaks count. */
export interface PiptrackSettings {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Lowest frequency in Hz. Default: 150. */
  fMin?: number;
  /** Frequency in Hz that peaks lie below. Default: 4000. */
  fMax?: number;
  /** A peak must exceed this part of its frame's largest value. Default: 0.1. */
  threshold?: number;
}

/** Peaks by frame and bin; both numbers are 0 where there is none. */
export interface PeakTrack {
  /** frames × bins frequencies in Hz. */
  pitches: FeatureMatrix;
  /** frames × bins interpolated heights. */
  magnitudes: FeatureMatrix;
}

/**
 * Local maxima of a spectrogram (frames × (nFft / 2 + 1)), refined by a parabola through three bins (Smith 2011,
 * Spectral Audio Signal Processing, "Sinusoidal peak interpolation"), as librosa.piptrack.
 */
export function piptrack(spectrum: FeatureMatrix, settings: PiptrackSettings): PeakTrack {
  const { sampleRate, fMin = 150, fMax = 4000, threshold = 0.1 } = settings;
  const { frames, bands, values } = spectrum;
  const hertzPerBin = sampleRate / (2 * (bands - 1));
  const pitches = zeroMatrix(frames, bands);
  const magnitudes = zeroMatrix(frames, bands);
  // A maximum needs neighbours on both sides to be interpolated; 0 Hz never is one.
  const first = Math.max(1, Math.ceil(fMin / hertzPerBin));
  const end = Math.min(bands - 1, Math.ceil(Math.min(fMax, sampleRate / 2) / hertzPerBin));
  for (let t = 0; t < frames; t++) {
    const row = t * bands;
    let largest = 0;
    for (let k = 0; k < bands; k++) largest = Math.max(largest, values[row + k]);
    const floor = threshold * largest;
    for (let k = first; k < end; k++) {
      const [left, middle, right] = [values[row + k - 1], values[row + k], values[row + k + 1]];
      // A neighbour below the floor counts as zero, and so below any peak.
      if (!(middle > floor && middle > left && middle >= right)) continue;
      const curvature = left + right - 2 * middle;
      const slope = (right - left) / 2;
      const shift = Math.abs(slope) >= Math.abs(curvature) ? 0 : -slope / curvature;
      pitches.values[row + k] = (k + shift) * hertzPerBin;
      magnitudes.values[row + k] = middle + 0.5 * slope * shift;
    }
  }
  return { pitches, magnitudes };
}

/** Chromagrams from the short-time Fourier transform, with librosa's numbers. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { type StftSettings, spectrogram } from '../stft.js';
import { type ChromaFilterSettings, chromaFilters } from './chroma-filters.js';
import { type FrameNorm, normalizeFrames } from './frame-norm.js';
import { estimateTuning, type Tuning } from './tuning.js';

/** How pitch classes are computed of a power spectrogram. */
export interface SpectrumChromaSettings extends Omit<ChromaFilterSettings, 'nFft' | 'tuning'> {
  /** Default: estimated from the spectrogram. */
  tuning?: Tuning;
  /** Norm that each frame is brought to 1 in. Default: Infinity, the maximum. */
  norm?: FrameNorm;
}

/** How a chromagram is computed. Defaults of the transform: nFft 2048, hopLength 512. */
export interface ChromaStftSettings extends SpectrumChromaSettings, Partial<StftSettings> {}

/**
 * Energy in each pitch class of frames × (nFft / 2 + 1) powers (Ellis 2007), as librosa.feature.chroma_stft(S=…):
 * frames × nChroma, from C by default; zeros for a silent frame. For block-wise use, give the tuning as a number.
 * Throws as `chromaFilters` and `normalizeFrames`.
 */
export function chromaFromSpectrum(power: FeatureMatrix, settings: SpectrumChromaSettings): FeatureMatrix {
  const { sampleRate, nChroma = 12, norm = Infinity } = settings;
  const tuning =
    typeof settings.tuning === 'number'
      ? settings.tuning
      : estimateTuning(power, { sampleRate, binsPerOctave: nChroma });
  const filters = chromaFilters({ ...settings, nFft: 2 * (power.bands - 1), tuning });
  const chroma = zeroMatrix(power.frames, nChroma);
  for (let t = 0; t < power.frames; t++) {
    const row = power.values.subarray(t * power.bands, (t + 1) * power.bands);
    for (let c = 0; c < nChroma; c++) {
      const weights = filters[c];
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += weights[k] * row[k];
      chroma.values[t * nChroma + c] = sum;
    }
  }
  return normalizeFrames(chroma, norm);
}

/**
 * Chromagram of mono samples, as librosa.feature.chroma_stft: frames × nChroma, from C by default; zeros for a silent
 * frame. Throws as `spectrogram` and `chromaFromSpectrum`.
 */
export function chromaStft(samples: Float32Array, settings: ChromaStftSettings): FeatureMatrix {
  const transform: StftSettings = {
    ...settings,
    nFft: settings.nFft ?? 2048,
    hopLength: settings.hopLength ?? 512,
  };
  return chromaFromSpectrum(spectrogram(samples, transform, 2), settings);
}

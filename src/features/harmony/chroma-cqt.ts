/** Chromagrams from the constant-Q transform, with librosa's numbers. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { C1_HERTZ, type CqtSettings, cqt } from './cqt.js';
import { type FrameNorm, normalizeFrames } from './frame-norm.js';

/** How pitch classes are computed of a constant-Q transform. */
export interface CqtFoldSettings {
  /** Frequency of the transform's lowest bin in Hz, before tuning. Default: C1. */
  fMin?: number;
  /** Of the transform, a multiple of nChroma. Default: 36. */
  binsPerOctave?: number;
  /** Number of pitch classes. Default: 12. */
  nChroma?: number;
  /** Sums below this become 0. Default: 0. */
  threshold?: number;
  /** Norm that each frame is brought to 1 in. Default: Infinity, the maximum. */
  norm?: FrameNorm;
}

/** How a chromagram is computed. The tuning is estimated by default. */
export interface ChromaCqtSettings extends CqtFoldSettings, Omit<CqtSettings, 'nBins'> {
  /** Octaves of the transform. Default: 7. */
  nOctaves?: number;
}

/**
 * Pitch class (from C) of each bin: the bins nearest to a class belong to it. Throws RangeError when nChroma is not a
 * whole number from 1, or does not divide binsPerOctave.
 */
export function cqtPitchClasses(nBins: number, settings: CqtFoldSettings = {}): Uint16Array {
  const { fMin = C1_HERTZ, binsPerOctave = 36, nChroma = 12 } = settings;
  if (!Number.isInteger(nChroma) || nChroma < 1)
    throw new RangeError(`nChroma must be a whole number from 1, not ${nChroma}.`);
  if (!(binsPerOctave > 0) || binsPerOctave % nChroma !== 0)
    throw new RangeError(`binsPerOctave must be a multiple of nChroma (${nChroma}), not ${binsPerOctave}.`);
  const binsPerClass = binsPerOctave / nChroma;
  const lowest = Math.round(nChroma * Math.log2(fMin / C1_HERTZ));
  return Uint16Array.from({ length: nBins }, (_, bin) => {
    const steps = lowest + Math.floor((bin + Math.floor(binsPerClass / 2)) / binsPerClass);
    return ((steps % nChroma) + nChroma) % nChroma;
  });
}

/**
 * Magnitude in each pitch class of a constant-Q transform (frames × bins magnitudes), as
 * librosa.feature.chroma_cqt(C=…): frames × nChroma, from C; zeros for a silent frame. Throws as `cqtPitchClasses` and
 * `normalizeFrames`.
 */
export function chromaFromCqt(transform: FeatureMatrix, settings: CqtFoldSettings = {}): FeatureMatrix {
  const { nChroma = 12, threshold = 0, norm = Infinity } = settings;
  const { frames, bands, values } = transform;
  const classes = cqtPitchClasses(bands, settings);
  const chroma = zeroMatrix(frames, nChroma);
  for (let t = 0; t < frames; t++) {
    const row = t * nChroma;
    for (let b = 0; b < bands; b++) chroma.values[row + classes[b]] += values[t * bands + b];
    for (let i = row; i < row + nChroma; i++) if (chroma.values[i] < threshold) chroma.values[i] = 0;
  }
  return normalizeFrames(chroma, norm);
}

/**
 * Chromagram of mono samples, as librosa.feature.chroma_cqt: frames × nChroma, from C; zeros for a silent frame. Throws
 * as `cqt` and `chromaFromCqt`.
 */
export function chromaCqt(samples: Float32Array, settings: ChromaCqtSettings): FeatureMatrix {
  const { nOctaves = 7, binsPerOctave = 36, tuning = 'estimated' } = settings;
  const transform = cqt(samples, { ...settings, binsPerOctave, tuning, nBins: nOctaves * binsPerOctave });
  return chromaFromCqt(transform, settings);
}

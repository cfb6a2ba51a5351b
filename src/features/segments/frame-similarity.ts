/** How alike two frames are. */
import type { FeatureMatrix } from '../matrix.js';

/** `gaussian`: exp(−d² / 2σ²) of the Euclidean distance d, from 0 to 1; `cosine`: of the angle, from −1 to 1. */
export const SIMILARITIES = ['gaussian', 'cosine'] as const;

/** Settings of the comparison. */
export interface SimilaritySettings {
  /** Default: `gaussian`. */
  similarity?: (typeof SIMILARITIES)[number];
  /** σ of the Gaussian, in the unit of the features. Default: sqrt(bands). */
  bandwidth?: number;
}

/**
 * Prepares the comparison of frames by their numbers, of features on one scale; a frame of zeros has a cosine of 1 with
 * another such frame and of 0 with all others. Throws RangeError when the bandwidth is not positive.
 */
export function frameSimilarity(
  { values, frames, bands }: FeatureMatrix,
  settings: SimilaritySettings = {},
): (a: number, b: number) => number {
  const { similarity = 'gaussian', bandwidth = Math.sqrt(bands) } = settings;
  if (!(bandwidth > 0)) throw new RangeError(`bandwidth must be positive, and is ${bandwidth}.`);
  if (similarity === 'gaussian') {
    const factor = -1 / (2 * bandwidth * bandwidth);
    return (a, b) => {
      let squared = 0;
      for (let i = a * bands, j = b * bands, end = i + bands; i < end; i++, j++) {
        const difference = values[i] - values[j];
        squared += difference * difference;
      }
      return Math.exp(factor * squared);
    };
  }
  const norms = new Float64Array(frames);
  for (let t = 0; t < frames; t++) {
    for (let i = t * bands; i < (t + 1) * bands; i++) norms[t] += values[i] * values[i];
    norms[t] = Math.sqrt(norms[t]);
  }
  return (a, b) => {
    if (norms[a] === 0 || norms[b] === 0) return norms[a] === norms[b] ? 1 : 0;
    let product = 0;
    for (let i = a * bands, j = b * bands, end = i + bands; i < end; i++, j++)
      product += values[i] * values[j];
    return product / (norms[a] * norms[b]);
  };
}

/** Novelty: how much a recording changes at each moment (Foote 2000). */
import type { FeatureMatrix } from '../matrix.js';
import { frameSimilarity, type SimilaritySettings } from './frame-similarity.js';

/** How novelty is computed. */
export interface NoveltySettings extends SimilaritySettings {
  /** Frames on either side of a border that are compared: half the kernel's width. */
  kernelFrames: number;
}

/** The Gaussian taper of one side, at half-frame offsets (a border lies between frames): e⁻² at the kernel's edge. */
function taper(kernelFrames: number): Float64Array {
  return Float64Array.from({ length: kernelFrames }, (_, i) =>
    Math.exp(-2 * ((i + 0.5) / kernelFrames) ** 2),
  );
}

/**
 * Novelty by a checkerboard kernel with a Gaussian taper along the diagonal of the self-similarity matrix, one value
 * per frame for the border before it: 0 where nothing changes, 1 where two steady sounds of similarity 0 meet. Only the
 * band under the kernel is computed and kept: time is frames × kernelFrames × (bands + kernelFrames), memory constant.
 * A recording is continued beyond its ends, which are no novelty. Throws RangeError when kernelFrames is not a whole
 * number from 1, or the bandwidth not positive.
 */
export function checkerboardNovelty(features: FeatureMatrix, settings: NoveltySettings): Float32Array {
  const { kernelFrames } = settings;
  if (!Number.isInteger(kernelFrames) || kernelFrames < 1)
    throw new RangeError(`kernelFrames must be a whole number from 1, not ${kernelFrames}.`);
  const { frames } = features;
  const compare = frameSimilarity(features, settings);
  const width = 2 * kernelFrames;
  const side = taper(kernelFrames);
  // The kernel's element (i, j) is signed[i] · signed[j]: positive where both are on the same side of the border.
  const signed = Float64Array.from({ length: width }, (_, i) =>
    i < kernelFrames ? -side[kernelFrames - 1 - i] : side[i - kernelFrames],
  );
  const sideSum = side.reduce((a, b) => a + b, 0);
  const clamp = (frame: number): number => Math.min(frames - 1, Math.max(0, frame));
  // Row `frame modulo width` holds the similarities of that frame with itself and the width − 1 frames before it.
  const band = new Float64Array(width * width);
  const fillRow = (frame: number): void => {
    const row = (((frame % width) + width) % width) * width;
    for (let lag = 0; lag < width; lag++) band[row + lag] = compare(clamp(frame), clamp(frame - lag));
  };
  const novelty = new Float32Array(frames);
  for (let frame = -kernelFrames; frame < kernelFrames - 1; frame++) if (frames > 0) fillRow(frame);
  for (let t = 0; t < frames; t++) {
    fillRow(t + kernelFrames - 1);
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const row = ((t + i + kernelFrames) % width) * width;
      let below = (signed[i] * band[row]) / 2;
      for (let lag = 1; lag <= i; lag++) below += signed[i - lag] * band[row + lag];
      sum += 2 * signed[i] * below;
    }
    // Rounding may leave a steady sound a hair below zero.
    novelty[t] = Math.max(0, sum / (2 * sideSum * sideSum));
  }
  return novelty;
}

/** Which maxima count. */
export interface PeakSettings {
  /** Smallest novelty of a peak. */
  minNovelty: number;
  /** Fewest frames between two peaks, and from a peak to either end; of closer ones the higher is kept. */
  minDistance: number;
}

/** Frame numbers of the peaks of a novelty curve, ascending. */
export function noveltyPeaks(novelty: Float32Array, { minNovelty, minDistance }: PeakSettings): Uint32Array {
  const distance = Math.max(1, Math.ceil(minDistance));
  const candidates: number[] = [];
  for (let t = distance; t <= novelty.length - distance; t++) {
    const before = novelty[t - 1];
    const after = t + 1 < novelty.length ? novelty[t + 1] : 0;
    if (novelty[t] >= minNovelty && novelty[t] > before && novelty[t] >= after) candidates.push(t);
  }
  candidates.sort((a, b) => novelty[b] - novelty[a] || a - b);
  const taken = new Uint8Array(novelty.length);
  const isFree = (t: number): boolean => {
    const end = Math.min(novelty.length, t + distance);
    for (let i = Math.max(0, t - distance + 1); i < end; i++) if (taken[i]) return false;
    return true;
  };
  return Uint32Array.from(
    candidates.filter((t) => {
      if (!isFree(t)) return false;
      taken[t] = 1;
      return true;
    }),
  ).sort();
}

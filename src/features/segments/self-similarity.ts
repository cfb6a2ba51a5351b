/** Self-similarity matrices: every moment of a recording against every other. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { frameSimilarity, type SimilaritySettings } from './frame-similarity.js';
import { standardize } from './standardize.js';

/** How a self-similarity matrix is computed. */
export interface SelfSimilaritySettings extends SimilaritySettings {
  /** Neighbouring frames are averaged until there are no more steps than this. Default: 2000. */
  maxSteps?: number;
}

/** A symmetric matrix of similarities. */
export interface SelfSimilarity {
  /** Row-major [steps × steps]. */
  values: Float32Array;
  steps: number;
  /** Frames that a step is the mean of; the last may have fewer. */
  framesPerStep: number;
}

/** Averages each `framesPerStep` neighbouring frames; the last step may be shorter. */
export function poolFrames(features: FeatureMatrix, framesPerStep: number): FeatureMatrix {
  const { values, frames, bands } = features;
  const pooled = zeroMatrix(Math.ceil(frames / framesPerStep), bands);
  const sums = new Float64Array(bands);
  for (let step = 0; step < pooled.frames; step++) {
    const [begin, end] = [step * framesPerStep, Math.min(frames, (step + 1) * framesPerStep)];
    sums.fill(0);
    for (let t = begin; t < end; t++) for (let b = 0; b < bands; b++) sums[b] += values[t * bands + b];
    for (let b = 0; b < bands; b++) pooled.values[step * bands + b] = sums[b] / (end - begin);
  }
  return pooled;
}

/**
 * Self-similarity matrix of standardised features (Foote 1999). Time and memory are quadratic in the steps, bounded by
 * `maxSteps`: 2000 steps take 16 MB. Throws RangeError when maxSteps is not a whole number from 1, or the bandwidth not
 * positive.
 */
export function selfSimilarity(
  features: FeatureMatrix,
  settings: SelfSimilaritySettings = {},
): SelfSimilarity {
  const { maxSteps = 2000 } = settings;
  if (!Number.isInteger(maxSteps) || maxSteps < 1)
    throw new RangeError(`maxSteps must be a whole number from 1, not ${maxSteps}.`);
  const framesPerStep = Math.max(1, Math.ceil(features.frames / maxSteps));
  const pooled = standardize(poolFrames(features, framesPerStep));
  const compare = frameSimilarity(pooled, settings);
  const steps = pooled.frames;
  const values = new Float32Array(steps * steps);
  for (let a = 0; a < steps; a++)
    for (let b = 0; b <= a; b++) values[a * steps + b] = values[b * steps + a] = compare(a, b);
  return { values, steps, framesPerStep };
}

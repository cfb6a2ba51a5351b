/** Hierarchical adaptive segmentation: segments as long as the sound stays consistent, at several levels. */
import { type FeatureMatrix, mapMatrix } from '../matrix.js';
import { dctRows } from '../timbre/dct.js';
import { agglomerate, type BorderRemovals } from './agglomeration.js';
import type { SimilaritySettings } from './frame-similarity.js';
import { checkerboardNovelty, noveltyPeaks } from './novelty.js';
import { standardize, totalVariance } from './standardize.js';

/** A stretch of consistent sound. */
export interface Segment {
  /** First frame. */
  begin: number;
  /** The frame behind the last. */
  end: number;
  /** begin · hopLength / sampleRate, as librosa.frames_to_time. */
  beginSeconds: number;
  /** end · hopLength / sampleRate. */
  endSeconds: number;
}

/** How a recording is segmented. */
export interface SegmentationSettings {
  /** Of the signal that the features were computed from, in Hz. */
  sampleRate: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /** Length compared on either side of a possible border, in seconds. Default: 0.5. */
  kernelSeconds?: number;
  /** No segment is shorter, in seconds, unless the whole recording is. Default: 0.1. */
  minSegmentSeconds?: number;
  /** Novelty that makes a border of the finest level, from 0 to 1. Default: 0.02. */
  minNovelty?: number;
  /** How frames are compared. Default: a Gaussian. */
  similarity?: SimilaritySettings['similarity'];
  /**
   * Root of the features' total variance below which a recording counts as one steady sound with noise. Default: 0.2,
   * which fits `segmentationFeatures`.
   */
  minDeviation?: number;
}

/** All levels of a segmentation at once. */
export interface SegmentHierarchy extends BorderRemovals {
  frames: number;
  secondsPerFrame: number;
  /** First frames of the finest segments but the first, ascending. */
  borders: Uint32Array;
}

/** Bands whose spread is below this part of the largest are noise rather than sound, and stay smaller than that one. */
const BAND_FLOOR = 0.2;

/** σ of the Gaussian similarity, where a total variance of 1 is the unit: two frames taken at random are far apart. */
const BANDWIDTH = 0.7;

/** Standardised features scaled to a total variance of 1, or less where there is hardly any. */
function toUnitVariance(features: FeatureMatrix, minDeviation: number): FeatureMatrix {
  const spread = Math.sqrt(totalVariance(features));
  const standard = standardize(features, BAND_FLOOR);
  const total = Math.sqrt(totalVariance(standard));
  if (total === 0) return standard;
  const factor = Math.min(1, spread / minDeviation) / total;
  return mapMatrix(standard, (value) => value * factor);
}

/**
 * Segments a recording (frames × bands of log-mel, MFCC, chroma, or `segmentationFeatures`; standardised here) at all
 * levels: borders at the peaks of the novelty curve, then agglomeration of neighbours by Ward's criterion. The cost of
 * a border is in seconds at the features' variance, whatever the hop length, bands, or duration. Time is linear in the
 * frames and n log n in the borders. Throws RangeError when a setting is not positive.
 */
export function segmentHierarchy(features: FeatureMatrix, settings: SegmentationSettings): SegmentHierarchy {
  const { sampleRate, hopLength, kernelSeconds = 0.5, minSegmentSeconds = 0.1 } = settings;
  const { minNovelty = 0.02, minDeviation = 0.2, similarity } = settings;
  for (const [name, value] of Object.entries({ sampleRate, hopLength, kernelSeconds, minDeviation }))
    if (!(value > 0)) throw new RangeError(`${name} must be positive, and is ${value}.`);
  const secondsPerFrame = hopLength / sampleRate;
  const scaled = toUnitVariance(features, minDeviation);
  const novelty = checkerboardNovelty(scaled, {
    kernelFrames: Math.max(1, Math.round(kernelSeconds / 2 / secondsPerFrame)),
    similarity,
    bandwidth: BANDWIDTH,
  });
  const borders = noveltyPeaks(novelty, { minNovelty, minDistance: minSegmentSeconds / secondsPerFrame });
  const { ranks, costs } = agglomerate(scaled, borders);
  return {
    frames: features.frames,
    secondsPerFrame,
    borders,
    ranks,
    costs: costs.map((cost) => cost * secondsPerFrame),
  };
}

function segmentsBetween(
  { frames, secondsPerFrame, borders }: SegmentHierarchy,
  isKept: (border: number) => boolean,
): Segment[] {
  if (frames === 0) return [];
  const edges = [0, ...borders.filter((_, i) => isKept(i)), frames];
  return edges.slice(1).map((end, i) => ({
    begin: edges[i],
    end,
    beginSeconds: edges[i] * secondsPerFrame,
    endSeconds: end * secondsPerFrame,
  }));
}

/**
 * The level, in order of time, whose borders each cost more than a threshold in seconds at the features' variance; 0
 * for the finest level.
 */
export function segmentsAboveCost(hierarchy: SegmentHierarchy, threshold: number): Segment[] {
  return segmentsBetween(hierarchy, (border) => hierarchy.costs[border] > threshold);
}

/**
 * The level, in order of time, that has `count` segments, or the finest when it has fewer. Throws RangeError when the
 * count is not a whole number from 1.
 */
export function segmentsByCount(hierarchy: SegmentHierarchy, count: number): Segment[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`The number of segments must be a whole number from 1, not ${count}.`);
  const { ranks } = hierarchy;
  return segmentsBetween(hierarchy, (border) => ranks[border] >= ranks.length - (count - 1));
}

/** Default costs of the three levels of a segmentation: notes, phrases, and changes of scene. */
export const LEVEL_COSTS = [0.05, 0.25, 1] as const;

/**
 * Segments frames × bands at one level per threshold (see `segmentHierarchy` and `segmentsAboveCost`); higher
 * thresholds keep some of the borders of lower ones. Throws RangeError when a setting is not positive.
 */
export function adaptiveSegments(
  features: FeatureMatrix,
  settings: SegmentationSettings,
  costs: readonly number[] = LEVEL_COSTS,
): Segment[][] {
  const hierarchy = segmentHierarchy(features, settings);
  return costs.map((cost) => segmentsAboveCost(hierarchy, cost));
}

/**
 * The first cepstral coefficients (default: 20) of a log-mel spectrogram, frames × coefficients: the level and the
 * coarse form of the spectrum, in which single partials and the noise of single bands are averaged out. Scaled so that
 * a change of every band by 1 changes coefficient 0, the mean over the bands, by 1. Throws RangeError when the number
 * is not a whole number from 1.
 */
export function segmentationFeatures(logMel: FeatureMatrix, coefficients = 20): FeatureMatrix {
  const scale = 1 / Math.sqrt(logMel.bands);
  return mapMatrix(dctRows(logMel, Math.min(coefficients, logMel.bands)), (value) => value * scale);
}

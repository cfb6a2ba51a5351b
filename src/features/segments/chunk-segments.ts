/** The segments of a short chunk in a form that a batch can hold. */
import type { FeatureMatrix } from '../matrix.js';
import {
  LEVEL_COSTS,
  segmentationFeatures,
  segmentHierarchy,
  segmentsAboveCost,
  segmentsByCount,
} from './adaptive.js';

/** Which levels of the hierarchy a model takes: the finest alone, or those of all `LEVEL_COSTS`. */
export const SEGMENT_LEVELS = ['finest', 'all'] as const;

/** How a chunk is segmented. */
export interface ChunkSegmentation {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /** Most segments of a level; where there are more, those that differ least are joined. */
  maxSegments: number;
  /** Default: `finest`. */
  levels?: (typeof SEGMENT_LEVELS)[number];
}

const costsOf = (levels: ChunkSegmentation['levels']): readonly number[] =>
  levels === 'all' ? LEVEL_COSTS : LEVEL_COSTS.slice(0, 1);

/** Segments of a chunk, padding included: `maxSegments` for each level. */
export const segmentCount = ({
  levels,
  maxSegments,
}: Pick<ChunkSegmentation, 'levels' | 'maxSegments'>): number => costsOf(levels).length * maxSegments;

/**
 * Adaptive segments of a chunk (frames × bands), level by level from the finest, each in order of time and filled up
 * with zeros: begin and end of each segment in frames, row-major [`segmentCount` × 2]. Throws RangeError when a setting
 * is not positive.
 */
export function chunkSegments(logMel: FeatureMatrix, settings: ChunkSegmentation): Float32Array {
  const { maxSegments } = settings;
  const hierarchy = segmentHierarchy(segmentationFeatures(logMel), settings);
  const edges = new Float32Array(segmentCount(settings) * 2);
  for (const [level, cost] of costsOf(settings.levels).entries()) {
    const found = segmentsAboveCost(hierarchy, cost);
    const segments = found.length > maxSegments ? segmentsByCount(hierarchy, maxSegments) : found;
    for (const [i, { begin, end }] of segments.entries())
      edges.set([begin, end], 2 * (level * maxSegments + i));
  }
  return edges;
}

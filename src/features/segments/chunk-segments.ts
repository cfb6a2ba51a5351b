/** The segments of a short chunk in a form that a batch can hold. */
import type { FeatureMatrix } from '../matrix.js';
import {
  LEVEL_COSTS,
  segmentationFeatures,
  segmentHierarchy,
  segmentsAboveCost,
  segmentsByCount,
} from './adaptive.js';

/** How a chunk is segmented. */
export interface ChunkSegmentation {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /** Most segments of a chunk; where there are more, those that differ least are joined. */
  maxSegments: number;
}

/**
 * Adaptive segments of a chunk (frames × bands) at the finest level: begin and end of each in frames, row-major
 * [maxSegments × 2], then zeros. Throws RangeError when a setting is not positive.
 */
export function chunkSegments(logMel: FeatureMatrix, settings: ChunkSegmentation): Float32Array {
  const { maxSegments } = settings;
  const hierarchy = segmentHierarchy(segmentationFeatures(logMel), settings);
  const found = segmentsAboveCost(hierarchy, LEVEL_COSTS[0]);
  const segments = found.length > maxSegments ? segmentsByCount(hierarchy, maxSegments) : found;
  const edges = new Float32Array(maxSegments * 2);
  for (const [i, { begin, end }] of segments.entries()) edges.set([begin, end], 2 * i);
  return edges;
}

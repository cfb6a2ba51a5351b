/** A recording's segments at all levels, grouped by sound. */

import type { FeatureMatrix } from '../matrix.js';
import { logMelSpectrogram, type MelSettings } from '../mel.js';
import {
  LEVEL_COSTS,
  type SegmentationSettings,
  segmentationFeatures,
  segmentHierarchy,
  segmentsAboveCost,
} from './adaptive.js';
import { segmentGroups } from './segment-groups.js';

/** A stretch of consistent sound. */
export interface GroupedSegment {
  /** In seconds. */
  begin: number;
  /** In seconds. */
  end: number;
  /** Segments of one level with the same number sound alike. */
  group: number;
}

/** One level of a segmentation. */
export interface SegmentLevel {
  /** What each border costs at least; see `segmentsAboveCost`. */
  cost: number;
  segments: GroupedSegment[];
}

/** One level per LEVEL_COSTS of features, the finest first. Throws RangeError for settings out of range. */
export function levelsOfFeatures(features: FeatureMatrix, settings: SegmentationSettings): SegmentLevel[] {
  const hierarchy = segmentHierarchy(features, settings);
  return LEVEL_COSTS.map((cost) => {
    const segments = segmentsAboveCost(hierarchy, cost);
    const groups = segmentGroups(features, segments);
    return {
      cost,
      segments: segments.map(({ beginSeconds, endSeconds }, i) => ({
        begin: Number(beginSeconds.toFixed(6)),
        end: Number(endSeconds.toFixed(6)),
        group: groups[i],
      })),
    };
  });
}

/**
 * Segments mono samples by the cepstrum of their log-mel spectrogram, one level per LEVEL_COSTS, the finest first.
 * Throws RangeError for settings that the spectrogram refuses.
 */
export function segmentLevels(samples: Float32Array, settings: MelSettings): SegmentLevel[] {
  return levelsOfFeatures(segmentationFeatures(logMelSpectrogram(samples, settings)), settings);
}

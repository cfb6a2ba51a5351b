/** Neighbouring segments joined one pair at a time. */
import type { FeatureMatrix } from '../matrix.js';
import { minHeap } from './heap.js';

/** In which order the borders of a segmentation go when its segments are joined. */
export interface BorderRemovals {
  /** Each border's place in the order of removal, from 0. */
  ranks: Uint32Array;
  /**
   * Cost of removing each border: the growth of the squared distances of frames from their segments' means, made
   * non-decreasing in rank.
   */
  costs: Float64Array;
}

/**
 * Agglomeration of neighbours by the criterion of Ward (1963), as stratigraphers do it (CONISS, Grimm 1987): joined are
 * always the two neighbours whose union adds least to the squared distances within segments, n₁ n₂ / (n₁ + n₂) · |mean₁
 * − mean₂|². Borders: first frames of all segments but the first, ascending. Time is linear in the frames and n log n
 * in the borders.
 */
export function agglomerate(features: FeatureMatrix, borders: Uint32Array): BorderRemovals {
  const { values, frames, bands } = features;
  const segments = borders.length + 1;
  const sums = new Float64Array(segments * bands);
  const counts = new Float64Array(segments);
  for (let t = 0, segment = 0; t < frames; t++) {
    while (segment < borders.length && t >= borders[segment]) segment++;
    counts[segment]++;
    for (let b = 0; b < bands; b++) sums[segment * bands + b] += values[t * bands + b];
  }
  // Border i stands before segment i + 1. A joined segment keeps the number of its first part.
  const previous = Int32Array.from({ length: segments }, (_, i) => i - 1);
  const next = Int32Array.from({ length: segments }, (_, i) => i + 1);
  const costOfJoining = (a: number, b: number): number => {
    let squared = 0;
    for (let i = a * bands, j = b * bands, end = i + bands; i < end; i++, j++) {
      const difference = sums[i] / counts[a] - sums[j] / counts[b];
      squared += difference * difference;
    }
    return ((counts[a] * counts[b]) / (counts[a] + counts[b])) * squared;
  };
  const queue = minHeap(borders.length);
  const requeue = (segment: number): void => {
    if (segment > 0 && segment < segments) queue.set(segment - 1, costOfJoining(previous[segment], segment));
  };
  for (let segment = 1; segment < segments; segment++) requeue(segment);
  const ranks = new Uint32Array(borders.length);
  const costs = new Float64Array(borders.length);
  let highest = 0;
  for (let rank = 0; rank < borders.length; rank++) {
    const { item: border, key: cost } = queue.pop();
    highest = Math.max(highest, cost);
    ranks[border] = rank;
    costs[border] = highest;
    const right = border + 1;
    const left = previous[right];
    for (let b = 0; b < bands; b++) sums[left * bands + b] += sums[right * bands + b];
    counts[left] += counts[right];
    next[left] = next[right];
    if (next[left] < segments) previous[next[left]] = left;
    requeue(left);
    requeue(next[left]);
  }
  return { ranks, costs };
}

/** Segments that sound alike. */
import type { FeatureMatrix } from '../matrix.js';
import type { Segment } from './adaptive.js';
import { standardize } from './standardize.js';

/** How many groups there are. */
export interface GroupSettings {
  /** Maximum number. Default: 8. */
  maxGroups?: number;
  /** No further group is opened once the groups explain this part of the segments' variance. Default: 0.8. */
  explained?: number;
}

/** Rounds of assignment for each number of groups; a few are enough for what is looked at rather than measured. */
const ROUNDS = 12;

/** Each segment's mean frame, row-major [segments × bands]. */
function segmentMeans({ values, bands }: FeatureMatrix, segments: readonly Segment[]): Float64Array {
  const means = new Float64Array(segments.length * bands);
  segments.forEach(({ begin, end }, s) => {
    for (let t = begin; t < end; t++)
      for (let b = 0; b < bands; b++) means[s * bands + b] += values[t * bands + b] / (end - begin);
  });
  return means;
}

/**
 * The group of each segment, numbered by first appearance: k-means (Lloyd 1982) of the mean frames weighted by
 * duration, deterministic because each new group begins with the segment farthest from all centres (Gonzalez 1985).
 * Bands are brought to deviation 1; time is linear in frames and segments. Throws RangeError when maxGroups is not a
 * whole number from 1, or explained not from 0 to 1.
 */
export function segmentGroups(
  features: FeatureMatrix,
  segments: readonly Segment[],
  settings: GroupSettings = {},
): Uint8Array {
  const { maxGroups = 8, explained = 0.8 } = settings;
  if (!Number.isInteger(maxGroups) || maxGroups < 1 || maxGroups > 256)
    throw new RangeError(`maxGroups must be a whole number from 1 to 256, not ${maxGroups}.`);
  if (!(explained >= 0 && explained <= 1))
    throw new RangeError(`explained must be from 0 to 1, not ${explained}.`);
  const { bands } = features;
  const groups = new Uint8Array(segments.length);
  if (segments.length === 0) return groups;
  const means = segmentMeans(standardize(features, 0.2), segments);
  const weights = Float64Array.from(segments, ({ begin, end }) => end - begin);
  const distances = new Float64Array(segments.length);
  const centres: Float64Array[] = [new Float64Array(bands)];

  const squaredDistance = (s: number, centre: Float64Array): number => {
    let sum = 0;
    for (let b = 0; b < bands; b++) sum += (means[s * bands + b] - centre[b]) ** 2;
    return sum;
  };
  const moveCentres = (): void => {
    const totals = new Float64Array(centres.length);
    for (const centre of centres) centre.fill(0);
    for (let s = 0; s < segments.length; s++) {
      totals[groups[s]] += weights[s];
      for (let b = 0; b < bands; b++) centres[groups[s]][b] += weights[s] * means[s * bands + b];
    }
    centres.forEach((centre, g) => {
      for (let b = 0; b < bands; b++) centre[b] /= totals[g] || 1;
    });
  };
  /** Puts each segment into the nearest group; gives the variance that is left. */
  const assign = (): number => {
    let left = 0;
    for (let s = 0; s < segments.length; s++) {
      distances[s] = Infinity;
      centres.forEach((centre, g) => {
        const distance = squaredDistance(s, centre);
        if (distance < distances[s]) [distances[s], groups[s]] = [distance, g];
      });
      left += weights[s] * distances[s];
    }
    return left;
  };

  moveCentres();
  const whole = assign();
  let left = whole;
  while (left > (1 - explained) * whole && centres.length < Math.min(maxGroups, segments.length)) {
    const farthest = distances.reduce((best, distance, s) => (distance > distances[best] ? s : best), 0);
    centres.push(means.slice(farthest * bands, (farthest + 1) * bands));
    for (let round = 0; round < ROUNDS; round++) {
      left = assign();
      moveCentres();
    }
    left = assign();
  }
  const found = [...new Set(groups)];
  return groups.map((group) => found.indexOf(group));
}

/** Decision thresholds of tags: chosen on the validation split, used on the test split. */
import type { Predictions } from './predictions.js';
import { rankByScore, type Scores } from './ranking.js';

/** The threshold of a label that has no best one. */
export const DEFAULT_THRESHOLD = 0.5;

/**
 * One threshold per label with the highest F1 on VALIDATION predictions (on the reported split it would be too good):
 * halfway between the lowest positive score and the next one below; the highest among equals; 0.5 for a label without
 * positives or without negatives.
 */
export function bestThresholds(predictions: Predictions): Float64Array {
  const { scores, targets, ids, labels } = predictions;
  return Float64Array.from(labels, (_, column) =>
    bestThreshold(scores, targets, column, labels.length, ids.length),
  );
}

function bestThreshold(
  scores: Scores,
  targets: Uint8Array,
  offset: number,
  stride: number,
  count: number,
): number {
  const ranking = rankByScore(scores, targets, { offset, stride, count });
  let positives = 0;
  for (const packed of ranking) positives += packed & 1;
  if (positives === 0 || positives === count) return DEFAULT_THRESHOLD;
  const scoreAt = (k: number): number => scores[offset + (ranking[k] >>> 2) * stride];
  let best = -1;
  let bestAt = 0;
  let hits = 0;
  for (let k = 0; k < count; k++) {
    hits += ranking[k] & 1;
    if (!(ranking[k] & 2)) continue;
    const f1 = (2 * hits) / (k + 1 + positives);
    if (f1 > best) {
      best = f1;
      bestAt = k;
    }
  }
  const lowest = scoreAt(bestAt);
  if (bestAt + 1 === count) return lowest;
  const below = scoreAt(bestAt + 1);
  const middle = (lowest + below) / 2;
  return middle > below ? middle : lowest;
}

/** What the bootstrap draws of predictions: how `metrics.json` records it, and artists in place of songs. */
import { numberGroups } from './bootstrap.js';
import type { SplitMetrics } from './metrics.js';
import type { AnyPredictions } from './predictions.js';

/** What was drawn, for `metrics.json`. */
export function bootstrapRecord(
  { groups, groupKind, ungrouped }: AnyPredictions,
  samples: number,
): SplitMetrics['bootstrap'] {
  return {
    samples,
    unit: groupKind,
    groups: numberGroups(groups).groups,
    ...(ungrouped && { ungrouped }),
  };
}

/** The predictions grouped by artist, clips of unknown artists alone; null where that says nothing new. */
export function artistGroups<Given extends AnyPredictions>(predictions: Given): Given | null {
  const { artists, ids, groupKind } = predictions;
  if (!artists || groupKind === 'artist' || groupKind === 'clip') return null;
  const groups = artists.map((artist, row) => (artist ? `artist ${artist}` : `clip ${ids[row]}`));
  return { ...predictions, groups, groupKind: 'artist' };
}

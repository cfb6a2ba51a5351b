/** Scores of a part of a data set with the truth. */
import type { Example } from '../data/dataset.js';
import type { Task } from '../models/heads/index.js';
import type { Predictions } from './predictions.js';

/**
 * Predictions of row-major scores [examples × labels] with the truth. Examples are resampled by song where every song
 * is known.
 */
export function withTruth(
  examples: readonly Example[],
  task: Task,
  labels: string[],
  scores: Float32Array,
): Predictions {
  const targets = new Uint8Array(scores.length);
  for (const [row, example] of examples.entries()) targets.set(example.targets, row * labels.length);
  const songsKnown = examples.every(({ song }) => song !== null);
  return {
    task,
    labels,
    ids: examples.map(({ id }) => id),
    groups: examples.map(({ id, song }) => (songsKnown ? song! : id)),
    groupKind: songsKnown ? 'song' : 'clip',
    scores,
    targets,
  };
}

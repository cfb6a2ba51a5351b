/** Scores of a split of a data set with the truth. */
import type { Example } from '../data/dataset.js';
import type { Task } from '../models/heads/index.js';
import type { BootstrapUnit, Predictions } from './predictions.js';

/** Scores [examples × labels] with the truth, the examples grouped by song. */
export function withTruth(
  examples: readonly Example[],
  task: Task,
  labels: string[],
  scores: Float32Array,
): Predictions {
  const targets = new Uint8Array(scores.length);
  for (const [row, example] of examples.entries()) targets.set(example.targets, row * labels.length);
  return grouped(
    { task, labels, ids: examples.map(({ id }) => id), groups: [], groupKind: 'clip', scores, targets },
    examples,
  );
}

/**
 * The same predictions, grouped for the bootstrap by a unit. Default: song. Where an example's song is not known, what the data set
 * keeps within one split stands for it; where its unit is not known at all, the clip is drawn alone. `examples` holds
 * those of the predictions, in any order.
 */
export function grouped(
  predictions: Predictions,
  examples: readonly Example[],
  unit: BootstrapUnit = 'song',
): Predictions {
  const exampleOf = new Map(examples.map((example) => [example.id, example]));
  const own = predictions.ids.map((id) => exampleOf.get(id)!);
  const named = own.map((example): [BootstrapUnit, string] => {
    const tried = unit === 'song' ? (['song', 'group'] as const) : [unit];
    for (const kind of tried) {
      const name = kind === 'clip' ? null : example[kind];
      if (name) return [kind, name];
    }
    return ['clip', example.id];
  });
  const kinds = new Set(named.map(([kind]) => kind));
  return {
    ...predictions,
    // Names of different kinds stay apart.
    groups: kinds.size === 1 ? named.map(([, name]) => name) : named.map((one) => one.join(' ')),
    groupKind: named.find(([kind]) => kind !== 'clip')?.[0] ?? 'clip',
    ungrouped: unit === 'clip' ? 0 : named.filter(([kind]) => kind === 'clip').length,
    ...(own.some(({ artist }) => artist) && { artists: own.map(({ artist }) => artist) }),
  };
}

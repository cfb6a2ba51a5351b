/** Scores of a split of a data set with the truth. */
import type { Example } from '../data/dataset.js';
import type { ExampleTask } from '../models/heads/index.js';
import type { AnyPredictions, BootstrapUnit, ExamplePredictions } from './predictions.js';

/** Scores [examples × labels] with the truth, labels or numbers, the examples grouped by song. */
export function withTruth(
  examples: readonly Example[],
  task: ExampleTask,
  labels: string[],
  scores: Float32Array,
  more: Pick<ExamplePredictions, 'embeddings' | 'slices'> = {},
): ExamplePredictions {
  const rows = {
    ...more,
    labels,
    ids: examples.map(({ id }) => id),
    groups: [],
    groupKind: 'clip' as const,
    scores,
  };
  const fill = <Targets extends Uint8Array | Float64Array>(targets: Targets): Targets => {
    for (const [row, example] of examples.entries()) targets.set(example.targets, row * labels.length);
    return targets;
  };
  return grouped<ExamplePredictions>(
    task === 'regression'
      ? { task, ...rows, targets: fill(new Float64Array(scores.length)) }
      : { task, ...rows, targets: fill(new Uint8Array(scores.length)) },
    examples,
  );
}

/**
 * The same predictions, grouped for the bootstrap by a unit. Default: song. Where an example's song is not known, what the data set
 * keeps within one split stands for it; where its unit is not known at all, the clip is drawn alone. `examples` holds
 * those of the predictions, in any order.
 */
export function grouped<Given extends AnyPredictions>(
  predictions: Given,
  examples: readonly Example[],
  unit: BootstrapUnit = 'song',
): Given {
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

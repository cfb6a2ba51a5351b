/** The features that a plan's runs need, computed once before the runs begin. */

import { loadDataset } from '../../data/sets/index.js';
import { frozenModels } from '../../hub/frozen-models.js';
import { openConfigStore, wantedFeatures } from '../../training/features.js';
import type { PlannedRun } from './plan.js';

/** The first run of each set of features, by a key of that set. */
export function runsWithOwnFeatures(runs: readonly PlannedRun[]): Map<string, PlannedRun> {
  const first = new Map<string, PlannedRun>();
  for (const run of runs) {
    const { data, inputs } = run.config;
    const key = JSON.stringify([data, inputs.store, inputs.damaged_audio, wantedFeatures(run.config)]);
    if (!first.has(key)) first.set(key, run);
  }
  return first;
}

/**
 * Computes the features of runs, so that concurrent processes find them. Throws as `openConfigStore`, and for data set
 * errors.
 */
export async function prepareFeatures(
  runs: readonly PlannedRun[],
  { signal, log }: { signal?: AbortSignal; log: (line: string) => void },
): Promise<void> {
  for (const { config } of runsWithOwnFeatures(runs).values()) {
    const dataset = await loadDataset(config.data);
    const store = await openConfigStore(config, dataset, {
      ...{ signal, onNote: log },
      frozen: frozenModels(config.inputs, null),
    });
    store?.close();
  }
}

/** The features that a plan's runs need, computed once before the runs begin. */
import { loadDataset } from '../../data/sets/index.js';
import { openConfigStore, wantedFeatures } from '../../training/features.js';
import type { PlannedRun } from './plan.js';

/**
 * One run for each set of features that runs need.
 *
 * @returns the first run of each kind, by a text that is the same for all of its kind
 */
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
 * Computes the features that runs need, so that processes that run at once find them.
 *
 * @param options - what stops the work, and where sentences go
 * @throws as `openConfigStore`, and what is wrong with a data set
 */
export async function prepareFeatures(
  runs: readonly PlannedRun[],
  { signal, log }: { signal?: AbortSignal; log: (line: string) => void },
): Promise<void> {
  for (const { config } of runsWithOwnFeatures(runs).values()) {
    const dataset = await loadDataset(config.data);
    const store = await openConfigStore(config, dataset, { signal, onNote: log });
    store?.close();
  }
}

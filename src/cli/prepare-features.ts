/** Features of a config's data set, computed into its store; apart from the command, whose help needs no config. */
import { loadConfig } from '../config/load.js';
import { loadDataset } from '../data/sets/index.js';
import { frozenModels, withFrozenModels } from '../hub/frozen-models.js';
import { openConfigStore } from '../training/features.js';
import { interruptible, printNote } from './terminal.js';

/** What was computed; the names are those of `--json`. */
export interface Prepared {
  clips: number;
  left_out: number;
  kept_in_part: number;
  /** To a tenth. */
  seconds: number;
  /** Settings of each kind of feature; null where the config uses none. */
  kinds: Record<string, unknown> | null;
}

/** Computes what the store lacks, and prints notes and progress; an interruption keeps what is done. */
export async function prepareFeatures(path: string, overrides: string[]): Promise<Prepared> {
  const config = await withFrozenModels(await loadConfig(path, overrides));
  const dataset = await loadDataset(config.data);
  dataset.notes.forEach(printNote);
  const begin = performance.now();
  const store = await interruptible((signal) =>
    openConfigStore(config, dataset, {
      ...{ signal, onNote: printNote },
      frozen: frozenModels(config.inputs, null),
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  try {
    return {
      clips: dataset.examples.length,
      left_out: store?.damaged.length ?? 0,
      kept_in_part: store?.partial.length ?? 0,
      seconds: Math.round(seconds * 10) / 10,
      kinds:
        store &&
        Object.fromEntries(Object.entries(store.features).map(([name, { settings }]) => [name, settings])),
    };
  } finally {
    store?.close();
  }
}

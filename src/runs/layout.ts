/** The folder of a run: every file and folder in it, by content. */
import { join } from 'node:path';
import { CHECKSUMS } from '../base/checksums.js';

export const RUN_FILES = {
  /** The config with every default, from which the run can be repeated. */
  config: 'config.yaml',
  /** Versions, engine, threads, seed, data fingerprint, notes. */
  environment: 'environment.json',
  /** One line per epoch. */
  log: 'log.jsonl',
  /** Words of the lyrics' vocabularies that the given word vectors lack, by frequency; only where some do. */
  missingWords: 'words-without-vector.csv',
  tensorboard: 'tensorboard',
  checkpoints: 'checkpoints',
  /** The model with its inputs' settings and labels; loads in Node and in the browser. */
  model: 'model',
  /** Scores of another toolkit as they were imported, also of recordings outside the test split; only of such runs. */
  imported: 'imported-scores.parquet',
  /** One row per test example, one column per label. */
  predictions: 'predictions.parquet',
  /** Metrics under changed test conditions; only where the config names some. */
  conditions: 'conditions.json',
  report: 'report.html',
  /** Of the files that commands read, as `sha256sum` writes them. */
  checksums: CHECKSUMS,
  /** Written last: a run with metrics is a finished run. */
  metrics: 'metrics.json',
  /** Held by the process that works in the folder. */
  lock: '.lock',
} as const;

export type RunFile = keyof typeof RUN_FILES;

/** Path of a file or folder of a run. */
export function runPath(folder: string, file: RunFile): string {
  return join(folder, RUN_FILES[file]);
}

/** Writes the files of a run; each is whole or absent. */
import { stringify } from 'yaml';
import { addChecksums } from '../base/checksums.js';
import { writeWhole } from '../base/files.js';
import { csvTable } from '../base/text-tables.js';
import type { Config } from '../config/schema.js';
import type { Dataset } from '../data/dataset.js';
import type { AnyPredictions } from '../eval/predictions.js';
import type { AnyMetrics, ConditionResult, EpochRecord } from '../eval/run-report.js';
import { RUN_FILES, type RunFile, runPath } from './layout.js';
import { encodePredictions } from './prediction-table.js';

/** The records of a run that are JSON, with their content. */
interface Records {
  environment: Record<string, unknown>;
  conditions: { conditions: ConditionResult<AnyMetrics>[] };
  metrics: AnyMetrics;
}

const textOf = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;

export async function writeRecord<Name extends keyof Records>(
  folder: string,
  name: Name,
  content: Records[Name],
): Promise<void> {
  await writeWhole(runPath(folder, name), textOf(content));
}

/**
 * Writes the metrics, with which a run is finished, and before them the checksums of the files that commands read.
 *
 * @param written - the other files
 */
export async function writeMetrics(
  folder: string,
  metrics: AnyMetrics,
  written: readonly RunFile[],
): Promise<void> {
  const names = written.map((file) => RUN_FILES[file]);
  await addChecksums(folder, names, { [RUN_FILES.metrics]: textOf(metrics) });
  await writeRecord(folder, 'metrics', metrics);
}

/** Writes the resolved config, or the part of it that has an effect, and returns its text. */
export async function writeConfig(folder: string, config: Partial<Config>): Promise<string> {
  const text = stringify(config);
  await writeWhole(runPath(folder, 'config'), text);
  return text;
}

/**
 * Writes the log, one line per epoch. The whole file each time: after a resumption it holds what the checkpoint knows
 * and nothing else.
 */
export async function writeLog(folder: string, history: readonly EpochRecord[]): Promise<void> {
  const text = history.map((epoch) => `${JSON.stringify(epoch)}\n`).join('');
  await writeWhole(runPath(folder, 'log'), text);
}

/** Writes the words without a vector as CSV: `input`, `word`, `count` in the training lyrics. */
export async function writeMissingWords(
  folder: string,
  words: readonly { input: string; word: string; count: number }[],
): Promise<void> {
  const rows = words.map(({ input, word, count }) => [input, word, count]);
  await writeWhole(runPath(folder, 'missingWords'), csvTable(['input', 'word', 'count'], rows));
}

/** Writes `predictions.parquet`; `dataset` says what the examples are. */
export async function writePredictions(
  folder: string,
  predictions: AnyPredictions,
  dataset: Pick<Dataset, 'examples' | 'root'>,
): Promise<void> {
  await writeWhole(runPath(folder, 'predictions'), await encodePredictions(predictions, dataset));
}

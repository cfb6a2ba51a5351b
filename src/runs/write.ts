/** Writes the files of a run; each is whole or absent. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { stringify } from 'yaml';
import { writeWhole } from '../base/files.js';
import { csvTable } from '../base/text-tables.js';
import type { Config } from '../config/schema.js';
import type { AnyPredictions } from '../eval/predictions.js';
import type { AnyMetrics, ConditionResult, EpochRecord } from '../eval/run-report.js';
import { runPath } from './layout.js';

/** The records of a run that are JSON, with their content. */
interface Records {
  environment: Record<string, unknown>;
  conditions: { conditions: ConditionResult<AnyMetrics>[] };
  metrics: AnyMetrics;
}

export async function writeRecord<Name extends keyof Records>(
  folder: string,
  name: Name,
  content: Records[Name],
): Promise<void> {
  await writeWhole(runPath(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}

/** Writes the resolved config and returns its text. */
export async function writeConfig(folder: string, config: Config): Promise<string> {
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

/** Writes predictions as Parquet, which pandas, DuckDB and Spark read: `id`, then one 32-bit float per label or number. */
export async function writePredictions(
  folder: string,
  { ids, labels, scores }: AnyPredictions,
): Promise<void> {
  const column = (label: number): Float32Array =>
    Float32Array.from(ids, (_, row) => scores[row * labels.length + label]);
  const columnData = [
    { name: 'id', data: ids, type: 'STRING' as const },
    ...labels.map((name, i) => ({ name, data: column(i), type: 'FLOAT' as const })),
  ];
  await writeWhole(runPath(folder, 'predictions'), new Uint8Array(parquetWriteBuffer({ columnData })));
}

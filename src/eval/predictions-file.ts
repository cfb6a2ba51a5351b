/** Predictions as a Parquet table that pandas, DuckDB or Spark read. */
import { readFile } from 'node:fs/promises';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { writeWhole } from '../base/files.js';
import type { Predictions } from './predictions.js';

/**
 * Writes predictions: a column `id`, then a float column a label.
 *
 * @param path - the file
 * @param predictions - scores
 */
export async function writePredictions(path: string, { ids, labels, scores }: Predictions): Promise<void> {
  const column = (label: number): Float32Array =>
    Float32Array.from(ids, (_, row) => scores[row * labels.length + label]);
  const columnData = [
    { name: 'id', data: ids, type: 'STRING' as const },
    ...labels.map((name, i) => ({ name, data: column(i), type: 'FLOAT' as const })),
  ];
  await writeWhole(path, new Uint8Array(parquetWriteBuffer({ columnData })));
}

/**
 * Reads a table that `writePredictions` wrote.
 *
 * @param path - the file
 * @returns one object a row: `id`, and a number a label
 */
export async function readPredictions(path: string): Promise<Record<string, string | number>[]> {
  const bytes = await readFile(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return (await parquetReadObjects({ file })) as Record<string, string | number>[];
}

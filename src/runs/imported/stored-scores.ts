/** `imported-scores.parquet`: every row of an imported table, which other splits and protocols are evaluated from. */
import { z } from 'zod';
import { messageOf, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import { readParquetFile } from '../../base/parquet.js';
import { runPath } from '../layout.js';
import { freeName } from '../prediction-table.js';

/** Scores of recordings, under whatever name their table has for them. */
export interface ImportedScores {
  /** Id or path of each row, as the table has it. */
  ids: string[];
  /** In the order of the data set. */
  labels: string[];
  /** Row-major [rows × labels]. */
  scores: Float32Array;
}

/** Key of the footer that lists the columns of scores as JSON. */
const LABELS = 'polytag.labels';

const labelsSchema = z.array(z.string());

/** Writes them into the folder of a run. */
export async function writeScores(run: string, { ids, labels, scores }: ImportedScores): Promise<void> {
  const columnData = [
    { name: freeName('id', labels), data: ids, type: 'STRING' as const },
    ...labels.map((name, j) => ({
      name,
      data: Float32Array.from(ids, (_, row) => scores[row * labels.length + j]),
      type: 'FLOAT' as const,
    })),
  ];
  const kvMetadata = [{ key: LABELS, value: JSON.stringify(labels) }];
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }));
  await writeWhole(runPath(run, 'imported'), bytes);
}

/** Reads those of a run. Throws UsageError when they are missing or damaged. */
export async function readScores(run: string): Promise<ImportedScores> {
  const path = runPath(run, 'imported');
  try {
    const { rows, metadata } = await readParquetFile(path);
    const labels = parseJson(metadata[LABELS] ?? '[]', labelsSchema);
    const idColumn = freeName('id', labels);
    const scores = new Float32Array(rows.length * labels.length);
    for (const [row, cells] of rows.entries())
      for (const [j, label] of labels.entries()) {
        const score = cells[label];
        if (typeof score !== 'number' || !Number.isFinite(score))
          throw new Error(`the score of row ${row + 1} for "${label}" is ${score}, not a number`);
        scores[row * labels.length + j] = score;
      }
    return { ids: rows.map((cells) => String(cells[idColumn])), labels, scores };
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read (${messageOf(error).split('\n')[0]}); import the predictions again.`,
    );
  }
}

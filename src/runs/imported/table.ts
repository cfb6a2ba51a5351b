/** Tables of scores as other toolkits write them: CSV, TSV, Parquet, and NumPy's arrays with a list of ids. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { readParquetFile } from '../../base/parquet.js';
import { readTable } from '../../data/table.js';
import { readNpy } from '../../hub/formats/npz.js';
import type { ImportedOptions } from '../../models/imported.js';
import { readText } from '../../text/files/read-text.js';
import { type ChosenColumns, chooseColumns, chooseIdColumn } from './columns.js';

/** A table with the columns that are labels. */
export interface ScoreTable extends ChosenColumns {
  /** Id or path of each row, as it is written. */
  ids: string[];
  /** Where a row is, for messages: `line 7`. */
  place(row: number): string;
  /** As they are written, row-major [rows × taken columns]; finite. */
  values: Float64Array;
}

/** Reads a file with one of the endings, given the labels of the data set. */
type ReadTable = (options: ImportedOptions, labels: readonly string[]) => Promise<ScoreTable>;

const READERS: Record<string, ReadTable> = {
  '.csv': (options, labels) => readTextTable(options, labels, ','),
  '.csv.gz': (options, labels) => readTextTable(options, labels, ','),
  '.tsv': (options, labels) => readTextTable(options, labels, '\t'),
  '.tsv.gz': (options, labels) => readTextTable(options, labels, '\t'),
  '.parquet': readParquetTable,
  '.npy': readArray,
};

/**
 * Reads a table of scores: the columns that are labels of the data set, every row.
 *
 * @throws UsageError in one sentence for a table that is missing, damaged, ragged, empty or without ids, or that has a score
 *   that is not a finite number
 */
export async function readScoreTable(
  options: ImportedOptions,
  labels: readonly string[],
): Promise<ScoreTable> {
  const { file } = options;
  const ending = Object.keys(READERS).find((one) => file.toLowerCase().endsWith(one));
  if (ending === undefined)
    throw new UsageError(
      `model.predictions.file: ${file} has none of the endings ${Object.keys(READERS).join(', ')}; save the scores as one of these.`,
    );
  await requireFile('model.predictions.file', file);
  const isArray = ending === '.npy';
  for (const key of ['ids', 'labels'] as const)
    if (!isArray && options[key] !== undefined)
      throw new UsageError(
        `model.predictions.${key}: it is for .npy files, which have no names; ${file} has its own${key === 'ids' ? ', and model.predictions.id_column names their column' : ''}. Remove this key.`,
      );
  if (isArray && options.id_column !== undefined)
    throw new UsageError(
      `model.predictions.id_column: ${file} has no named columns; give model.predictions.ids, a text file with an id a line.`,
    );
  const table = await READERS[ending](options, labels);
  if (table.ids.length === 0)
    throw new UsageError(`${file} has no rows; save a row of scores for each recording.`);
  const nameless = table.ids.findIndex((id) => id.trim() === '');
  if (nameless >= 0)
    throw new UsageError(
      `${file}, ${table.place(nameless)}: the id is empty; give the recording's id or path.`,
    );
  return table;
}

async function requireFile(key: string, path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new UsageError(`${key}: there is no file ${path}; check the path.`);
  if (found.isDirectory()) throw new UsageError(`${key}: ${path} is a folder; give a file in it.`);
}

async function readTextTable(
  { file, id_column: idColumn, rename }: ImportedOptions,
  labels: readonly string[],
  delimiter: ',' | '\t',
): Promise<ScoreTable> {
  let chosen: ChosenColumns | null = null;
  let idAt = 0;
  let at: number[] = [];
  const ids: string[] = [];
  const lines: number[] = [];
  const values: number[] = [];
  const { skipped } = await readTable(
    file,
    delimiter,
    (header) => {
      if (header.length < 2)
        throw new UsageError(
          `${file} has one column in its header line, "${header[0]}"; separate the columns with ${delimiter === ',' ? 'commas' : 'tabs'}.`,
        );
      const id = chooseIdColumn(file, header, idColumn);
      idAt = header.indexOf(id);
      const others = header.filter((_, i) => i !== idAt);
      chosen = chooseColumns(file, others, labels, rename);
      at = chosen.taken.map(({ column }) => header.indexOf(column));
    },
    (fields, line) => {
      const row = at.map((column) => numberIn(fields[column]));
      const wrong = row.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) return cellReason(chosen!.taken[wrong].column, fields[at[wrong]]);
      ids.push(fields[idAt]);
      lines.push(line);
      for (const value of row) values.push(value);
      return null;
    },
  );
  const [first] = skipped;
  if (first)
    throw new UsageError(
      `${file}, line ${first.row}: ${first.reason}; ${skipped.length > 1 ? `so it is in ${skipped.length} lines: ` : ''}save the table again.`,
    );
  return { ...chosen!, ids, place: (row) => `line ${lines[row]}`, values: Float64Array.from(values) };
}

/** NaN for a text that is no number, the empty one included. */
const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

const cellReason = (column: string, cell: unknown): string =>
  cell === null || cell === undefined || cell === ''
    ? `the score in the column "${column}" is empty`
    : `the score in the column "${column}" is ${typeof cell === 'number' ? cell : JSON.stringify(cell)}, not a number`;

async function readParquetTable(
  { file, id_column: idColumn, rename }: ImportedOptions,
  labels: readonly string[],
): Promise<ScoreTable> {
  const { rows } = await readParquetFile(file).catch((error: unknown) => {
    throw new UsageError(
      `${file} cannot be read as Parquet (${messageOf(error).split('\n')[0]}); save it again.`,
    );
  });
  const place = (row: number): string => `row ${row + 1}`;
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0)
    throw new UsageError(`${file} has no rows; save a row of scores for each recording.`);
  const id = chooseIdColumn(file, columns, idColumn);
  const others = columns.filter((column) => column !== id);
  const chosen = chooseColumns(file, others, labels, rename);
  const width = chosen.taken.length;
  const values = new Float64Array(rows.length * width);
  for (const [row, cells] of rows.entries())
    for (const [j, { column }] of chosen.taken.entries()) {
      const cell = cells[column];
      const value = typeof cell === 'bigint' || typeof cell === 'number' ? Number(cell) : Number.NaN;
      if (!Number.isFinite(value))
        throw new UsageError(`${file}, ${place(row)}: ${cellReason(column, cell)}; save the table again.`);
      values[row * width + j] = value;
    }
  return { ...chosen, ids: rows.map((cells) => textOf(cells[id])), place, values };
}

const textOf = (id: unknown): string => (id === null || id === undefined ? '' : String(id));

/** The lines of a text file of names. */
async function readNames(key: 'ids' | 'labels', path: string): Promise<string[]> {
  await requireFile(`model.predictions.${key}`, path);
  const lines = (await readText(path)).split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop();
  const empty = lines.findIndex((line) => line.trim() === '');
  if (empty >= 0)
    throw new UsageError(
      `model.predictions.${key}: line ${empty + 1} of ${path} is empty; give one name a line.`,
    );
  return lines.map((line) => line.trim());
}

async function readArray(
  { file, ids: idsFile, labels: labelsFile, rename }: ImportedOptions,
  labels: readonly string[],
): Promise<ScoreTable> {
  if (idsFile === undefined)
    throw new UsageError(
      `model.predictions.ids: ${file} holds numbers without names; give a text file with the id or path of each row, one a line.`,
    );
  const ids = await readNames('ids', idsFile);
  const { shape, numbers } = await readNumbers(file);
  if (shape.length !== 2)
    throw new UsageError(
      `${file} has the shape [${shape.join(', ')}]; save an array of two axes, recordings × labels.`,
    );
  const [rows, width] = shape;
  if (rows !== ids.length)
    throw new UsageError(
      `${file} has ${countText(rows, 'row')} and ${idsFile} ${countText(ids.length, 'id')}; give one id for each row.`,
    );
  const columns = labelsFile === undefined ? labels : await readNames('labels', labelsFile);
  if (width !== columns.length)
    throw new UsageError(
      labelsFile === undefined
        ? `${file} has ${countText(width, 'column')} and the data set ${countText(labels.length, 'label')}; give model.predictions.labels, a text file with the label of each column, one a line.`
        : `${file} has ${countText(width, 'column')} and ${labelsFile} ${countText(columns.length, 'label')}; give one label for each column.`,
    );
  const twice = columns.find((column, i) => columns.indexOf(column) < i);
  if (twice !== undefined)
    throw new UsageError(`${labelsFile} names the label "${twice}" twice; give each column its own label.`);
  const place = (row: number): string => `row ${row + 1}`;
  const chosen = chooseColumns(file, columns, labels, rename);
  const at = chosen.taken.map(({ column }) => columns.indexOf(column));
  const values = new Float64Array(rows * at.length);
  for (let row = 0; row < rows; row++)
    for (const [j, column] of at.entries()) {
      const value = numbers[row * width + column];
      if (!Number.isFinite(value))
        throw new UsageError(
          `${file}, ${place(row)}: ${cellReason(columns[column], value)}; save the array again.`,
        );
      values[row * at.length + j] = value;
    }
  return { ...chosen, ids, place, values };
}

async function readNumbers(file: string): Promise<{ shape: number[]; numbers: Float32Array }> {
  try {
    const array = readNpy('it', await readFile(file));
    return { shape: array.shape, numbers: array.read() };
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read as an array of NumPy: ${messageOf(error)}; save it with numpy.save as float32.`,
    );
  }
}

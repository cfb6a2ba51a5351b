/** Catalogue tables: the formats by name, and the checks of all of them. */
import { extname } from 'node:path';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { replaceWhole } from '../../base/files.js';
import { explainReadError } from '../../base/read-errors.js';
import type { TableHeader, TagRow } from '../row.js';
import { arrow } from './arrow.js';
import { csv } from './csv.js';
import type { OpenTable, ReadOptions, TableFormat } from './format.js';
import { jsonl } from './jsonl.js';
import { parquet } from './parquet.js';
import { requireReadable } from './trial.js';

export type { OpenTable, ReadOptions, TableFormat } from './format.js';

export const tableFormats = { csv, jsonl, parquet, arrow } satisfies Record<string, TableFormat>;

export type TableFormatName = keyof typeof tableFormats;

export const TABLE_FORMATS = Object.keys(tableFormats) as TableFormatName[];

/** The format that has a file name's ending; undefined where none has. */
function formatNamed(path: string): TableFormatName | undefined {
  const ending = extname(path).toLowerCase();
  return TABLE_FORMATS.find((format) => tableFormats[format].endings.includes(ending));
}

/** Format of a file name's ending. Throws a UsageError when no format has it. */
export function tableFormatOf(path: string): TableFormatName {
  const name = formatNamed(path);
  if (name) return name;
  const endings = TABLE_FORMATS.flatMap((format) => tableFormats[format].endings).join(', ');
  throw new UsageError(`${path} does not end like a table; it must end in one of ${endings}.`);
}

/** Whether a path ends like a table. */
export const isTable = (path: string): boolean => formatNamed(path) !== undefined;

export interface RowCounts {
  rows: number;
  failed: number;
  /** Rows with a warning. */
  warned: number;
}

/**
 * Writes a table, whole or not at all, in the format of its name, replacing one of the same name. Memory does not grow
 * with the number of rows: some thousand at a time are held. CSV and JSON lines have no place for the header, which
 * goes to a file beside them, `<path>.meta.json`.
 *
 * @throws UsageError when no format has the name's ending; Failure when the disk is full or the folder cannot be
 *   written; RangeError for a row that does not fit the header; whatever `rows` throws
 */
export async function writeTable(
  path: string,
  header: TableHeader,
  rows: AsyncIterable<TagRow>,
): Promise<RowCounts> {
  const format = tableFormats[tableFormatOf(path)];
  const counts = { rows: 0, failed: 0, warned: 0 };
  async function* counted(): AsyncGenerator<TagRow> {
    for await (const row of rows) {
      requireFit(row, header);
      counts.rows++;
      if (row.error !== null) counts.failed++;
      if (row.warning !== null) counts.warned++;
      yield row;
    }
  }
  await replaceWhole(path, (file) => format.write(file, header, counted(), path));
  return counts;
}

function requireFit({ path, scores, embedding }: TagRow, header: TableHeader): void {
  if (scores && scores.length !== header.labels.length)
    throw new RangeError(`${path} has ${scores.length} scores, and the table ${header.labels.length} tags.`);
  if (embedding && embedding.length !== header.embedding)
    throw new RangeError(
      `${path} has an embedding of ${embedding.length} numbers, and the table ${header.embedding === null ? 'none' : `one of ${header.embedding}`}.`,
    );
}

/**
 * Opens a table in the format of its name; rows are read as they are asked for. Tables rewritten by pandas or DuckDB
 * are read too: their header is lost, so the model is called `unknown` and the tags are the columns.
 *
 * @throws UsageError when there is no such file or format; Failure, here or while rows are read, when the file is
 *   damaged or not a catalogue table
 */
export async function readTable(path: string, options: ReadOptions = {}): Promise<OpenTable> {
  const format = tableFormats[tableFormatOf(path)];
  const { scores = true, embeddings = true, trusted = false } = options;
  try {
    if (!trusted) await requireReadable(path, format);
    const { header, rows } = await format.read(path, { scores, embeddings });
    return {
      header,
      rows: {
        async *[Symbol.asyncIterator]() {
          const iterator = rows[Symbol.asyncIterator]();
          try {
            for (;;) {
              const { done, value } = await iterator.next().catch((error) => {
                throw explainTableError(path, format, error);
              });
              if (done) return;
              if (value.embedding) requireEmbedding(path, value.path, value.embedding, header);
              yield value;
            }
          } finally {
            await iterator.return?.();
          }
        },
      },
    };
  } catch (error) {
    throw explainTableError(path, format, error);
  }
}

/** A search in vectors of other lengths, or of no numbers, would find something all the same. */
function requireEmbedding(
  table: string,
  track: string,
  embedding: Float32Array,
  { embedding: length }: TableHeader,
): void {
  if (embedding.length !== length)
    throw new Failure(
      `${table} is damaged: the embedding of ${track} has ${embedding.length} numbers where the table's have ${length}; make the table again.`,
    );
  if (!embedding.every(Number.isFinite))
    throw new Failure(
      `${table} is damaged: the embedding of ${track} holds something that is not a number; make the table again.`,
    );
}

function explainTableError(path: string, { title }: TableFormat, error: unknown): Failure {
  const explained = explainReadError(path, error, 'the table in it');
  if (explained) return explained;
  const reason = messageOf(error).split('\n')[0].replace(/\.$/, '');
  return new Failure(
    `${path} is not a table of "polytag tag" that can be read as ${title} (${reason}); it may have been truncated, or be another kind of file.`,
  );
}

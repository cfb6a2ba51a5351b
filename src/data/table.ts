/** Tables of text, streamed, in whatever encoding a spreadsheet saves them. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { Failure, messageOf, UsageError } from '../base/errors.js';
import { exists } from '../base/files.js';
import { encodingOption } from '../text/encodings.js';
import { type ReadTextOptions, textPieces } from '../text/files/read-text.js';

/** Encoding of a table, in a config. */
export const tableEncoding = encodingOption('the table');

/** Characters of a row; a longer one, of a damaged file or a bomb, would fill the memory. */
const LONGEST_RECORD = 16 * 2 ** 20;

/** A row that was left out. */
export interface SkippedRow {
  /** Line in the file, the header being 1. */
  row: number;
  reason: string;
}

export interface Table {
  header: string[];
  skipped: SkippedRow[];
}

/** Path of a plain or gzipped table, given that of the plain file; null where there is neither. */
export async function findTable(path: string): Promise<string | null> {
  for (const candidate of [path, `${path}.gz`]) if (await exists(candidate)) return candidate;
  return null;
}

/**
 * Throws UsageError for two columns of one name, of which readers would silently take the last. Spaces around a name do not
 * count: some readers take them off.
 */
function requireDifferent(header: readonly string[], path: string): void {
  const names = header.map((name) => name.trim());
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) < i);
  if (twice !== undefined)
    throw new UsageError(`${path} has two columns named "${twice}"; rename or remove one of them.`);
}

/**
 * Streams a table with a header line, row by row. A row with another number of fields than the header, or with broken
 * quotes, is skipped and reported; a byte order mark and either line end are accepted. Header and fields are in NFC, so
 * that equal names are equal.
 *
 * @param path - a name that ends in `.gz` is decompressed
 * @param onHeader - receives the header; throws to refuse the table
 * @param onRow - receives the fields of each good row and its line; returns a reason to report the row as skipped
 * @param openEnded - whether a row may have more fields than the header: the last column is a list. Default: false.
 * @param encoding, key - as `readText` takes them
 * @throws Failure when the file cannot be read as a table at all; UsageError when its encoding is not certain or a
 *   character is lost
 */
export async function readTable(
  path: string,
  delimiter: '\t' | ',',
  onHeader: (header: string[]) => void,
  onRow: (fields: string[], line: number) => string | null,
  { openEnded = false, ...reading }: { openEnded?: boolean } & ReadTextOptions = {},
): Promise<Table> {
  const skipped: SkippedRow[] = [];
  let header: string[] | null = null;
  // The pipeline reports an error of the consumer as an abort: throw the original one.
  let refusal: Failure | null = null;
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: LONGEST_RECORD,
  });
  const consume = async (
    records: AsyncIterable<{ record: string[]; info: { lines: number } }>,
  ): Promise<void> => {
    for await (const { record: written, info } of records) {
      const record = written.map((field) => field.normalize());
      if (!header) {
        header = record;
        try {
          requireDifferent(header, path);
          onHeader(header);
        } catch (error) {
          refusal = error as Failure;
          throw error;
        }
        continue;
      }
      const reason =
        record.length === header.length || (openEnded && record.length > header.length)
          ? onRow(record, info.lines)
          : `it has ${record.length} fields, the header has ${header.length}`;
      if (reason !== null) skipped.push({ row: info.lines, reason });
    }
  };
  try {
    await pipeline(
      textPieces(path, () => bytesOf(path), reading),
      parser,
      consume,
    );
  } catch (error) {
    if (refusal) throw refusal;
    if (error instanceof UsageError) throw error;
    throw new Failure(
      `${path} cannot be read as a table (${messageOf(error)}); check that the file is whole.`,
    );
  }
  if (!header) throw new Failure(`${path} is empty; download it again.`);
  return { header, skipped };
}

/** The bytes of a plain or gzipped file. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path);
  try {
    if (path.endsWith('.gz')) {
      const unzip = createGunzip();
      source.on('error', (error) => unzip.destroy(error));
      yield* source.pipe(unzip);
    } else yield* source;
  } finally {
    source.destroy();
  }
}

/** A sentence on the rows of a table that were left out; none where there are none. */
export function notesOnSkipped(skipped: readonly SkippedRow[], table: string): string[] {
  if (skipped.length === 0) return [];
  const [{ row, reason }] = skipped;
  return [`${skipped.length} rows of ${table} were left out; the first is row ${row}: ${reason}.`];
}

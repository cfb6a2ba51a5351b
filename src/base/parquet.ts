/** Small Parquet files as rows. */
import { readChecked } from './checksums.js';
import { readerError } from './errors.js';
import { compiledUrl } from './package.js';
import { runWatched } from './watched.js';

/** A file's rows, and the texts of its footer. */
export interface ParquetContent {
  rows: Record<string, unknown>[];
  metadata: Record<string, string>;
}

/**
 * What reading a file may take whose folder has no checksum for it: the library can run in circles on damaged ones, and
 * fill the memory. Rows take some fifty times the file's size.
 */
const SECONDS = 20;
const MEGABYTES = { least: 256, perMegabyte: 128 };

/**
 * Reads a whole Parquet file, held against the checksum in its folder. Throws Error in a few words when it is damaged,
 * the system's error when it cannot be read.
 */
export async function readParquetFile(path: string): Promise<ParquetContent> {
  const { bytes, isKnown } = await readChecked(path);
  if (isKnown) return readParquet(bytes);
  const module = compiledUrl(import.meta.url);
  return runWatched<ParquetContent>(
    { module, name: 'readParquet', argument: bytes },
    {
      seconds: SECONDS,
      megabytes: Math.ceil(MEGABYTES.least + (MEGABYTES.perMegabyte * bytes.length) / 2 ** 20),
    },
  ).catch((error: unknown) => {
    throw readerError(error);
  });
}

/** Reads the bytes of a Parquet file. Throws Error when it is damaged. */
export async function readParquet({ buffer, byteOffset, byteLength }: Uint8Array): Promise<ParquetContent> {
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  // Loaded with the first file: most commands read none.
  const { parquetMetadata, parquetReadObjects, parquetSchema } = await import('hyparquet');
  const metadata = parquetMetadata(file);
  // Column by column: hyparquet reads all at once, and the second one that fails ends the process.
  const rows: Record<string, unknown>[] = [];
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
  for (const [i, name] of columns.entries()) {
    const column = await parquetReadObjects({ file, metadata, columns: [name] });
    if (i > 0 && column.length !== rows.length)
      throw new Error(`the column ${name} has ${column.length} rows where others have ${rows.length}`);
    for (const [row, cells] of column.entries()) {
      if (i === 0) rows.push({});
      rows[row][name] = cells[name];
    }
  }
  const texts = (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''] as const);
  return { rows, metadata: Object.fromEntries(texts) };
}

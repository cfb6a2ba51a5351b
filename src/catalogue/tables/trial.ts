/** Reads a table once in a thread that can be ended, before it is read where an endless loop would stop everything. */
import { stat } from 'node:fs/promises';
import { readerError } from '../../base/errors.js';
import { compiledUrl } from '../../base/package.js';
import { runWatched } from '../../base/watched.js';
import { arrow } from './arrow.js';
import type { TableFormat } from './format.js';
import { parquet } from './parquet.js';

/** Larger tables are opened, without reading their rows: reading them twice would take too long. */
const WHOLE_BYTES = 32 * 2 ** 20;

/** Time that a table may take: opening it, and more for its size. */
const SECONDS = { least: 10, perMegabyte: 1 };
/** Memory that it may take: rows are read in groups of a bounded size. */
const MEGABYTES = { least: 160, perMegabyte: 64 };

/** Formats whose libraries can run in circles on damaged files. */
const TRIED: Record<string, TableFormat> = { parquet, arrow };

/** Throws Error in a few words when a table cannot be read, or not within 10 s and a second for each megabyte. */
export async function requireReadable(path: string, format: TableFormat): Promise<void> {
  const name = Object.keys(TRIED).find((one) => TRIED[one] === format);
  if (name === undefined) return;
  const { size } = await stat(path);
  const whole = size <= WHOLE_BYTES;
  const counted = whole ? size / 2 ** 20 : WHOLE_BYTES / 2 ** 20;
  const seconds = Math.ceil(SECONDS.least + (whole ? SECONDS.perMegabyte * counted : 0));
  const module = compiledUrl(import.meta.url);
  await runWatched(
    { module, name: 'tryTable', argument: { path, name, whole } },
    { seconds, megabytes: Math.ceil(MEGABYTES.least + MEGABYTES.perMegabyte * counted) },
  );
}

/** The part that runs in the thread. */
export async function tryTable({
  path,
  name,
  whole,
}: {
  path: string;
  name: string;
  whole: boolean;
}): Promise<void> {
  try {
    const { rows } = await TRIED[name].read(path, { scores: true, embeddings: true });
    if (whole) for await (const row of rows) void row;
  } catch (error) {
    throw readerError(error);
  }
}

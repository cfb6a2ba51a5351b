/** What of earlier calls still stands: rows of a journal or a finished table whose tracks have not changed. */
import { relative } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { countText } from '../../base/format.js';
import { readablePath } from '../../base/raw-names.js';
import { decisivePart, type TableHeader, type TagRow } from '../row.js';
import { headerText, UNKNOWN_MODEL } from '../tables/columns.js';
import { readTable } from '../tables/index.js';
import { sidecarPath } from '../tables/sidecar.js';
import type { Journal } from './journal.js';
import { type FileStamp, isSameState, type ReadStamp } from './track-stamp.js';

/** How a track's path is written into a table; bytes that are no text are written out. */
export function spellingOf(folder: string | undefined): (path: string) => string {
  return (path) => readablePath(folder === undefined ? path : relative(folder, path));
}

/** Rows with their paths as a table has them, and errors whose names of files are text. */
export async function* spelled(
  rows: AsyncIterable<TagRow>,
  spell: (path: string) => string,
): AsyncGenerator<TagRow> {
  for await (const row of rows)
    yield { ...row, path: spell(row.path), error: row.error === null ? null : readablePath(row.error) };
}

/** Tracks without a row, and how many of them have one of an earlier state of their file. */
export async function stillToTag(
  journal: Journal,
  tracks: readonly string[],
  readStamp: ReadStamp,
): Promise<{ left: string[]; changed: number }> {
  const left: string[] = [];
  let changed = 0;
  for (const track of tracks) {
    const before = journal.stampOf(track);
    if (before && isSameState(before, await readStamp(track))) continue;
    if (before) changed++;
    left.push(track);
  }
  return { left, changed };
}

/** A finished table that is brought up to date. */
interface KeptTable {
  journal: Journal;
  /** Of the new table. */
  header: TableHeader;
  table: string;
  /** The tracks by their paths in the table. */
  named: ReadonlyMap<string, string>;
  readStamp: ReadStamp;
  log: (line: string) => void;
}

/**
 * Copies the rows of a finished table whose tracks are still named and unchanged into the journal, and returns their
 * paths. Throws UsageError when the table was made by another model or with other settings.
 */
export async function keepRows({
  journal,
  header,
  table,
  named,
  readStamp,
  log,
}: KeptTable): Promise<ReadonlySet<string>> {
  const keptPaths = new Set<string>();
  if (!(await exists(table))) return keptPaths;
  const { header: before, rows } = await readTable(table);
  if (before.model === UNKNOWN_MODEL)
    throw new UsageError(
      `--update: the header of ${table}, which says what made it, is lost (${sidecarPath(table)}); put it back, or give --overwrite.`,
    );
  if (headerText(decisivePart(before)) !== headerText(decisivePart(header)))
    throw new UsageError(
      `--update: ${table} was made by another model or with other settings; give the same, or --overwrite.`,
    );
  const counts = { kept: 0, changed: 0, gone: 0 };
  for await (const row of rows) {
    const path = named.get(row.path);
    const now: FileStamp | null = path === undefined ? null : await readStamp(path);
    const state = now === null ? 'gone' : isSameState(row, now) ? 'kept' : 'changed';
    counts[state]++;
    if (state !== 'kept') continue;
    keptPaths.add(path!);
    if (journal.stampOf(path!) === null) await journal.add({ ...row, path: path! });
  }
  const added = named.size - counts.kept - counts.changed;
  log(
    `${table}: ${countText(counts.kept, 'track')} unchanged, ${counts.changed} changed, ${added} new, ${counts.gone} gone.`,
  );
  return keptPaths;
}

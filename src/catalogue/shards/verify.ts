/** Checks that the parts of a manifest are complete, and joins them into one table. */
import { readdir } from 'node:fs/promises';
import { Failure } from '../../base/errors.js';
import type { TableHeader, TagRow } from '../row.js';
import { type OpenTable, type RowCounts, readTable, writeTable } from '../tables/index.js';
import { headerHash, partBytesOf, readDone } from './done.js';
import type { Manifest } from './manifest.js';
import { PART_BYTES, type Part, partFiles, partsOf } from './parts.js';

export interface Verification {
  parts: number;
  rows: number;
  failed: number;
  /** Problems, one sentence each; empty when every track has one row. */
  problems: string[];
}

/** Parts that a message names. */
const NAMED = 10;

/** Checks a part's rows against its tracks, one by one. */
async function checkRows(
  part: Part,
  { rows }: OpenTable,
): Promise<{ failed: number; problem: string | null }> {
  let [count, failed] = [0, 0];
  for await (const { path, error } of rows) {
    const expected = part.tracks[count]?.path;
    if (path !== expected)
      return {
        failed,
        problem: `part ${part.number}, row ${count}: ${path} instead of ${expected ?? 'nothing'}`,
      };
    count++;
    if (error !== null) failed++;
  }
  const missing = part.tracks.length - count;
  return { failed, problem: missing > 0 ? `part ${part.number} lacks its last ${missing} tracks` : null };
}

/**
 * Checks that the parts hold one row for every track of a manifest, in its order, that their files are as they were
 * written, and were all made alike. Returns counts and the problems. The parts know their own size; `partBytes` says it
 * where it is given. Throws a UsageError when the folder belongs to another manifest; a Failure when a table cannot be
 * read.
 */
export async function verifyParts(
  manifest: Manifest,
  folder: string,
  partBytes: number | null = null,
): Promise<Verification> {
  const bytes = partBytes ?? (await partBytesOf(folder)) ?? PART_BYTES;
  const parts = partsOf(manifest, bytes);
  const verification: Verification = { parts: parts.length, rows: 0, failed: 0, problems: [] };
  const undone: number[] = [];
  let header: string | null = null;
  for (const part of parts) {
    const files = partFiles(folder, part.number);
    const done = await readDone(files, { manifest: manifest.sha256, partBytes: bytes });
    if (!done) {
      undone.push(part.number);
      continue;
    }
    header ??= done.header_sha256;
    if (done.header_sha256 !== header)
      verification.problems.push(`part ${part.number} was made by another model or with other settings`);
    const table = await readTable(files.table, { scores: false, embeddings: false, trusted: true });
    if (headerHash(table.header) !== done.header_sha256)
      verification.problems.push(`part ${part.number}: the table has changed since it was finished`);
    const { failed, problem } = await checkRows(part, table);
    if (problem)
      verification.problems.push(
        `${problem}; remove ${files.done} and ${files.table}, and run the shard again`,
      );
    verification.rows += done.rows;
    verification.failed += failed;
  }
  if (undone.length > 0) {
    const named = `${undone.slice(0, NAMED).join(', ')}${undone.length > NAMED ? ', …' : ''}`;
    verification.problems.unshift(
      `${undone.length} of ${parts.length} parts are not done or damaged: ${named}; run the shards again`,
    );
  }
  const known = new Set(parts.flatMap(({ number }) => Object.values(partFiles('', number))));
  const strange = (await readdir(folder).catch(() => [])).filter(
    (name) => /^part-\d+\.(parquet|done\.json)$/.test(name) && !known.has(name),
  );
  if (strange.length > 0)
    verification.problems.push(
      `${strange.length} files belong to no part (${strange[0]}); remove them, or give the manifest that they are of`,
    );
  return verification;
}

/**
 * Joins verified parts into the table `out`, in the format of its ending; `partBytes` as for `verifyParts`. Throws a
 * Failure when a track is missing or doubled, and as writeTable.
 */
export async function mergeParts(
  manifest: Manifest,
  folder: string,
  partBytes: number | null,
  out: string,
): Promise<RowCounts> {
  const bytes = partBytes ?? (await partBytesOf(folder)) ?? PART_BYTES;
  const { problems } = await verifyParts(manifest, folder, bytes);
  if (problems.length > 0) throw new Failure(`${folder} is not complete: ${problems.join('; ')}.`);
  const tables = partsOf(manifest, bytes).map(({ number }) => partFiles(folder, number).table);
  const { header }: { header: TableHeader } = await readTable(tables[0], { trusted: true });
  const rows = async function* (): AsyncGenerator<TagRow, void> {
    for (const table of tables) yield* (await readTable(table, { trusted: true })).rows;
  };
  return writeTable(out, header, rows());
}

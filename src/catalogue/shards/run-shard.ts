/** Tags a shard of a manifest: one table per part, each whole or not at all. */
import { rm } from 'node:fs/promises';
import { exists } from '../../base/files.js';
import { countText } from '../../base/format.js';
import type { Progress } from '../../base/progress.js';
import { readTable } from '../tables/index.js';
import type { CatalogueTagger } from '../tag/catalogue-tagger.js';
import { headerHash, readDone, writeDone } from './done.js';
import type { Manifest } from './manifest.js';
import { type Part, partFiles, partsOf, partsOfShard, type Shard } from './parts.js';

export interface ShardOptions {
  manifest: Manifest;
  shard: Shard;
  /** Folder of the parts, the same for all shards. */
  folder: string;
  /** Bytes of audio files of a part; the same for all shards. */
  partBytes: number;
  signal?: AbortSignal;
  log: (line: string) => void;
  progress?: (tracks: number) => Progress;
}

export interface ShardResult {
  parts: number;
  /** Parts that were done before. */
  skipped: number;
  rows: number;
  failed: number;
}

/** Counts of a table that was finished but not marked as done; null when there is none, or it is not whole. */
async function countsOf(
  table: string,
  part: Part,
  header: string,
): Promise<{ rows: number; failed: number } | null> {
  if (!(await exists(table))) return null;
  try {
    const opened = await readTable(table, { scores: false, embeddings: false });
    let [rows, failed] = [0, 0];
    for await (const { path, error } of opened.rows) {
      if (path !== part.tracks[rows]?.path) return null;
      rows++;
      if (error !== null) failed++;
    }
    return headerHash(opened.header) === header && rows === part.tracks.length ? { rows, failed } : null;
  } catch {
    return null;
  }
}

/**
 * Tags the parts of a shard. Finished parts are kept, so that a shard that was stopped, killed or started twice gives
 * the same tables. Throws a UsageError when the folder holds parts of other settings; Interrupted when stopped; a
 * Failure when the disk is full.
 */
export async function runShard(tagger: CatalogueTagger, options: ShardOptions): Promise<ShardResult> {
  const { manifest, folder, log } = options;
  const header = headerHash(tagger.header);
  const parts = partsOfShard(partsOf(manifest, options.partBytes), options.shard);
  const result: ShardResult = { parts: parts.length, skipped: 0, rows: 0, failed: 0 };
  for (const part of parts) {
    const files = partFiles(folder, part.number);
    const done = await readDone(files, {
      manifest: manifest.sha256,
      header,
      partBytes: options.partBytes,
    });
    if (done) {
      result.skipped++;
      result.rows += done.rows;
      result.failed += done.failed;
      continue;
    }
    // A part that was marked as done and is not as it was then is damaged.
    let counts = (await exists(files.done)) ? null : await countsOf(files.table, part, header);
    if (!counts) {
      await rm(files.table, { force: true });
      counts = await tagger.makeTable({
        tracks: part.tracks.map(({ path }) => path),
        out: files.table,
        signal: options.signal,
        progress: options.progress,
      });
    }
    const { rows, failed } = counts;
    await writeDone(files, {
      part: part.number,
      rows,
      failed,
      manifest_sha256: manifest.sha256,
      header_sha256: header,
      part_bytes: options.partBytes,
    });
    result.rows += rows;
    result.failed += failed;
    log(`Part ${part.number} is done: ${countText(rows, 'track')}, ${failed} failed.`);
  }
  return result;
}

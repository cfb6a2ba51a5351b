/**
 * A shard of the feature store: an Apache Arrow IPC file with one record batch a recording, and a table of
 * contents beside it that says at which byte each recording's values begin, so that a part can be read alone.
 */
import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileSha256, writeWhole } from '../../base/files.js';
import { blockSums } from './block-sums.js';
import type { ShardEntry } from './encode-shard.js';

const contentsSchema = z.object({
  bytes: z.number(),
  modified: z.number(),
  sha256: z.string(),
  clips: z.array(
    z.object({
      content: z.string(),
      offset: z.number(),
      count: z.number(),
      errors: z.number(),
      /** Of `blockSums`; absent in shards of earlier versions. */
      sums: z.string().optional(),
    }),
  ),
});

/** Where a recording's values lie. */
export interface Location {
  file: string;
  /** First byte of the values, little-endian float32. */
  offset: number;
  /** How many numbers there are. */
  count: number;
  /** Parts of the recording that could not be decoded and are left out. */
  errors: number;
  /** Checksums of `blockSums`; absent in shards of earlier versions. */
  sums?: string;
}

/**
 * Writes a shard, whole or not at all; the table of contents comes last and makes it valid. Returns where each
 * recording's values lie. `description` is kept in the Arrow schema's metadata. Throws a Failure when the disk is full.
 */
export async function writeShard(
  folder: string,
  entries: ShardEntry[],
  description: string,
): Promise<Map<string, Location>> {
  // Loaded with the first shard that is written: those that are there are read without the library.
  const { encodeShard } = await import('./encode-shard.js');
  const { bytes, offsets } = encodeShard(entries, description);
  const file = join(folder, `shard-${randomUUID()}.arrow`);
  await writeWhole(file, bytes);
  const clips = entries.map(({ content, values, errors }, i) => ({
    ...{ content, offset: offsets[i], count: values.length, errors, sums: blockSums(bytesOf(values)) },
  }));
  const { mtimeMs, size } = await stat(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeWhole(contentsPath(file), JSON.stringify({ bytes: size, modified: mtimeMs, sha256, clips }));
  return new Map(clips.map(({ content, ...place }) => [content, { file, ...place }]));
}

// The library pads what it writes, so these are the recording's own.
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Makes a shard one that the next command finds damaged, so that its recordings are computed again. */
export function discardShard(file: string): void {
  rmSync(contentsPath(file), { force: true });
}

function contentsPath(file: string): string {
  return file.replace(/\.arrow$/, '.json');
}

/**
 * Finds where each recording's values lie in a kind's folder, which may be missing. A damaged shard (its size, or after
 * a change of its time its SHA-256, is not what was written) is removed, so that its recordings are computed again.
 */
export async function findShards(
  folder: string,
  onDamage: (file: string) => void,
): Promise<Map<string, Location>> {
  const found = new Map<string, Location>();
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.arrow'));
  for (const name of names) {
    const file = join(folder, name);
    const clips = await verifiedContents(file);
    if (!clips) {
      onDamage(file);
      await rm(file, { force: true });
      await rm(contentsPath(file), { force: true });
      continue;
    }
    for (const { content, ...place } of clips) found.set(content, { file, ...place });
  }
  return found;
}

/** The table of contents of a whole shard, or null. */
async function verifiedContents(file: string): Promise<z.output<typeof contentsSchema>['clips'] | null> {
  try {
    const contents = contentsSchema.parse(JSON.parse(await readFile(contentsPath(file), 'utf8')));
    const { size, mtimeMs } = await stat(file);
    if (size !== contents.bytes) return null;
    if (mtimeMs !== contents.modified) {
      if ((await fileSha256(file)) !== contents.sha256) return null;
      await writeWhole(contentsPath(file), JSON.stringify({ ...contents, modified: mtimeMs }));
    }
    return contents.clips;
  } catch {
    return null;
  }
}

/**
 * An index: a folder with a catalogue's embeddings as they are compared, and its tracks, so that a search neither reads nor
 * scales a table's embeddings again. `index.json` is written last: without it there is no index.
 */
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { addChecksums, CHECKSUMS, checkedBytes } from '../../base/checksums.js';
import { Failure, Interrupted, messageOf, UsageError } from '../../base/errors.js';
import { exists, replaceWhole, writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import type { TagRow } from '../row.js';
import { readTable, writeTable } from '../tables/index.js';
import {
  type EmbeddingIndex,
  normalise,
  reasonWithout,
  requireEmbeddings,
  TrackColumns,
} from './embedding-index.js';

/** Files of an index. `tagged` is the table of an index that is being built from recordings. */
export const INDEX_FILES = {
  description: 'index.json',
  vectors: 'vectors.f32',
  tracks: 'tracks.arrow',
  tagged: 'tagged.arrow',
} as const;

/** Bytes of the vectors that share a checksum. */
const BLOCK_BYTES = 2 ** 22;

/** Whole vectors of a length that share a checksum. */
const vectorsPerBlock = (length: number): number => Math.max(1, Math.floor(BLOCK_BYTES / (4 * length)));

const descriptionSchema = z.object({
  format: z.literal('polytag index'),
  version: z.literal(1),
  model: z.string(),
  /** Hash of the model's weights. */
  weights: z.string().nullable(),
  /** Of a vector. */
  length: z.int().positive(),
  tracks: z.int().nonnegative(),
  /** CRC-32 of each block of the vectors. */
  sums: z.array(z.int().nonnegative()),
  /** Tracks of the table that have no vector, with the reason. */
  without: z.array(z.tuple([z.string(), z.string()])),
});

type Description = z.infer<typeof descriptionSchema>;

/** Whether a path is an index. */
export const isIndex = (path: string): Promise<boolean> => exists(join(path, INDEX_FILES.description));

/** Throws a UsageError where a folder holds anything but an index or what a killed build has left of one. */
export async function requireIndexPlace(out: string, overwrite: boolean): Promise<void> {
  const names: string[] = await readdir(out).catch(() => []);
  const known: string[] = [...Object.values(INDEX_FILES), CHECKSUMS];
  if (!names.every((name) => known.some((own) => name === own || name.startsWith(`${own}.`))))
    throw new UsageError(`${out} is not empty and not an index; give another folder with --out.`);
  if (names.includes(INDEX_FILES.description) && !overwrite)
    throw new UsageError(`${out} is an index already; replace it with --overwrite, or give another folder.`);
}

/**
 * Makes the index of a table, row by row.
 *
 * @param table - of `polytag tag --embedding`
 * @param out - checked by `requireIndexPlace`
 * @param options.onTrack - called with the number of tracks so far
 * @returns how many tracks have a vector, and how many have none
 * @throws UsageError when the table has no embeddings or does not exist; Failure when it is damaged, or the disk is full
 */
export async function buildIndex(
  table: string,
  out: string,
  {
    onTrack = (_done: number): void => {},
    signal,
  }: { onTrack?: (done: number) => void; signal?: AbortSignal } = {},
): Promise<{ tracks: number; without: number }> {
  const { header, rows } = await readTable(table);
  const length = requireEmbeddings(table, header);
  for (const name of [INDEX_FILES.description, CHECKSUMS]) await rm(join(out, name), { force: true });
  const without: [string, string][] = [];
  const sums: number[] = [];
  let tracks = 0;
  await replaceWhole(join(out, INDEX_FILES.vectors), async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      const perBlock = vectorsPerBlock(length);
      const block = new Float32Array(perBlock * length);
      const flush = async (count: number): Promise<void> => {
        const bytes = Buffer.from(block.buffer, 0, 4 * count * length);
        sums.push(crc32(bytes));
        await file.writeFile(bytes);
      };
      async function* withVectors(): AsyncGenerator<TagRow> {
        for await (const row of rows) {
          if (signal?.aborted)
            throw new Interrupted('Stopped before the index was whole; run the same command again.');
          if (row.embedding === null) {
            without.push([row.path, reasonWithout(row)]);
            continue;
          }
          const place = tracks++ % perBlock;
          const vector = block.subarray(place * length, (place + 1) * length);
          vector.set(row.embedding);
          normalise(vector);
          if (place === perBlock - 1) await flush(perBlock);
          onTrack(tracks);
          yield { ...row, embedding: null };
        }
        if (tracks % perBlock > 0) await flush(tracks % perBlock);
      }
      await writeTable(join(out, INDEX_FILES.tracks), { ...header, embedding: null }, withVectors());
      await file.sync();
    } finally {
      await file.close();
    }
  });
  const description: Description = {
    ...{ format: 'polytag index', version: 1, model: header.model },
    ...{ weights: header.record.weights_sha256 ?? null, length, tracks, sums, without },
  };
  const text = `${JSON.stringify(description)}\n`;
  await addChecksums(out, [INDEX_FILES.tracks], { [INDEX_FILES.description]: text });
  await writeWhole(join(out, INDEX_FILES.description), text);
  return { tracks, without: without.length };
}

/**
 * Reads an index, 4 bytes per number and track.
 *
 * @param options.scores - whether the tags' scores are kept too. Default: false.
 * @throws Failure when it is damaged
 */
export async function openIndex(folder: string, { scores = false } = {}): Promise<EmbeddingIndex> {
  const damaged = (reason: string): Failure =>
    new Failure(`The index ${folder} is damaged (${reason}); build it again with --overwrite.`);
  const check = async (name: string): Promise<Buffer> =>
    checkedBytes(join(folder, name)).catch((error: unknown) => {
      throw damaged(`${name}: ${messageOf(error)}`);
    });
  const text = (await check(INDEX_FILES.description)).toString('utf8');
  let description: Description;
  try {
    description = parseJson(text, descriptionSchema);
  } catch (error) {
    throw damaged(`${INDEX_FILES.description}: ${messageOf(error)}`);
  }
  const { model, weights, length, tracks, sums, without } = description;
  await check(INDEX_FILES.tracks);
  const table = await readTable(join(folder, INDEX_FILES.tracks), {
    scores,
    embeddings: false,
    trusted: true,
  });
  const columns = new TrackColumns(table.header.labels, scores);
  for await (const row of table.rows) columns.add(row);
  if (columns.paths.length !== tracks) throw damaged(`it has ${columns.paths.length} tracks of ${tracks}`);
  const unit = new Float32Array(tracks * length);
  const reason = await readVectors(join(folder, INDEX_FILES.vectors), unit, length, sums);
  if (reason !== null) throw damaged(`${INDEX_FILES.vectors}: ${reason}`);
  return { model, weights, length, ...columns.all(), without: new Map(without), unit };
}

/** Fills an array from a file block by block, and says what is wrong with it; null where nothing is. */
async function readVectors(
  path: string,
  target: Float32Array,
  length: number,
  sums: readonly number[],
): Promise<string | null> {
  const file = await open(path).catch(() => null);
  if (!file) return 'it cannot be read';
  try {
    const { size } = await file.stat();
    if (size !== target.byteLength) return `it has ${size} bytes of ${target.byteLength}`;
    const step = vectorsPerBlock(length) * 4 * length;
    for (let at = 0; at < size; at += step) {
      const block = new Uint8Array(target.buffer, at, Math.min(step, size - at));
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead !== block.length || crc32(block) !== sums[at / step])
        return 'its content is not what was written';
    }
    return null;
  } finally {
    await file.close();
  }
}

/**
 * An index: a folder with a catalogue's embeddings as they are compared, or their codes, or both, and its tracks, so that a
 * search neither reads nor scales a table's embeddings again. `index.json` is written last: without it there is no index.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CHECKSUMS, checkedBytes } from '../../base/checksums.js';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import type { Hasher } from '../../models/hashing/index.js';
import { decodeHasher } from '../../models/hashing/stored.js';
import { readTable } from '../tables/index.js';
import { BlockFile, rowsPerBlock } from './block-file.js';
import { PackedCodes } from './codes/packed-codes.js';
import { type EmbeddingIndex, type IndexedTracks, TrackColumns } from './embedding-index.js';

/** Files of an index. `tagged` is the table of an index that is being built from recordings. */
export const INDEX_FILES = {
  description: 'index.json',
  vectors: 'vectors.f32',
  codes: 'codes.bin',
  hasher: 'hasher.safetensors',
  tracks: 'tracks.arrow',
  tagged: 'tagged.arrow',
} as const;

/** Bytes of the vectors that shared a checksum in version 1. */
const FIRST_BLOCK_BYTES = 2 ** 22;

const blocksSchema = z.object({
  /** Rows that share a checksum. */
  rows_per_block: z.int().positive(),
  /** CRC-32 of each block. */
  sums: z.array(z.int().nonnegative()),
});

const baseSchema = z.object({
  format: z.literal('polytag index'),
  model: z.string(),
  /** Hash of the model's weights. */
  weights: z.string().nullable(),
  /** Of a vector. */
  length: z.int().positive(),
  tracks: z.int().nonnegative(),
  /** Tracks of the table that have no vector, with the reason. */
  without: z.array(z.tuple([z.string(), z.string()])),
});

const secondSchema = baseSchema.extend({
  version: z.literal(2),
  /** Null where the index holds codes alone. */
  vectors: blocksSchema.nullable(),
  codes: blocksSchema
    .extend({
      /** SHA-256 of the file of the hasher that made the codes. */
      hasher: z.string(),
      /** The hasher's options, and what it was fitted to. */
      parameters: z.looseObject({ kind: z.string(), bits: z.int().positive() }),
    })
    .nullable(),
});

const firstSchema = baseSchema.extend({ version: z.literal(1), sums: blocksSchema.shape.sums }).transform(
  ({ sums, ...rest }): IndexDescription => ({
    ...{ ...rest, version: 2, codes: null },
    vectors: { rows_per_block: rowsPerBlock(FIRST_BLOCK_BYTES, 4 * rest.length), sums },
  }),
);

/** What `index.json` holds. */
export type IndexDescription = z.infer<typeof secondSchema>;

const descriptionSchema: z.ZodType<IndexDescription> = z.union([secondSchema, firstSchema]);

/** Codes of a catalogue's tracks, and what encodes a query. */
export interface CodeIndex extends IndexedTracks {
  codes: PackedCodes;
  hasher: Hasher;
  /** Reads unit vectors of some tracks, row-major, in their order; null where the index has none. */
  readVectors: ((rows: readonly number[]) => Promise<Float32Array>) | null;
}

/** Whether a path is an index. */
export const isIndex = (path: string): Promise<boolean> => exists(join(path, INDEX_FILES.description));

/** The name of a hasher's file content by which an index knows its hasher. */
export const hasherIdentity = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Throws a UsageError where a folder holds anything but an index or what a killed build has left of one. */
export async function requireIndexPlace(out: string, overwrite: boolean): Promise<void> {
  const names: string[] = await readdir(out).catch(() => []);
  const known: string[] = [...Object.values(INDEX_FILES), CHECKSUMS];
  if (!names.every((name) => known.some((own) => name === own || name.startsWith(`${own}.`))))
    throw new UsageError(`${out} is not empty and not an index; give another folder with --out.`);
  if (names.includes(INDEX_FILES.description) && !overwrite)
    throw new UsageError(`${out} is an index already; replace it with --overwrite, or give another folder.`);
}

/** An index of which the description has been read. */
export class IndexFolder {
  private constructor(
    readonly path: string,
    private readonly description: IndexDescription,
  ) {}

  /** Opens an index. Throws a Failure where its description is damaged. */
  static async open(path: string): Promise<IndexFolder> {
    const { description: name } = INDEX_FILES;
    return reading(path, name, async () => {
      const text = (await checkedBytes(join(path, name))).toString('utf8');
      return new IndexFolder(path, parseJson(text, descriptionSchema));
    });
  }

  get hasVectors(): boolean {
    return this.description.vectors !== null;
  }

  get hasCodes(): boolean {
    return this.description.codes !== null;
  }

  /**
   * Reads the tracks.
   *
   * @param scores - whether the tags' scores are kept
   * @throws Failure when they are damaged
   */
  async tracks(scores: boolean): Promise<IndexedTracks> {
    const { model, weights, length, tracks, without } = this.description;
    const columns = await reading(this.path, INDEX_FILES.tracks, async () => {
      await checkedBytes(join(this.path, INDEX_FILES.tracks));
      const table = await readTable(join(this.path, INDEX_FILES.tracks), {
        scores,
        embeddings: false,
        trusted: true,
      });
      const read = new TrackColumns(table.header.labels, scores);
      for await (const row of table.rows) read.add(row);
      if (read.paths.length !== tracks) throw new Error(`it has ${read.paths.length} tracks of ${tracks}`);
      return read;
    });
    return { model, weights, length, ...columns.all(), without: new Map(without) };
  }

  /**
   * Reads the tracks and all vectors, 4 bytes per number and track.
   *
   * @throws UsageError when the index has no vectors; Failure when it is damaged
   */
  async embeddings(scores: boolean): Promise<EmbeddingIndex> {
    const file = this.vectorFile();
    if (!file)
      throw new UsageError(
        `The index ${this.path} holds codes alone, without embeddings; compare by code, or build it without --codes-only.`,
      );
    const tracks = await this.tracks(scores);
    const unit = new Float32Array(this.description.tracks * this.description.length);
    await reading(this.path, INDEX_FILES.vectors, () => file.readAll(unit));
    return { ...tracks, unit };
  }

  /**
   * Reads the tracks and the codes; vectors stay on the disk.
   *
   * @throws UsageError when the index has no codes; Failure when it is damaged
   */
  async codes(scores: boolean): Promise<CodeIndex> {
    const { codes: described, tracks: rows, length } = this.description;
    if (!described)
      throw new UsageError(
        `The index ${this.path} has no codes; build it with --hash, or compare by embedding.`,
      );
    const hasher = await reading(this.path, INDEX_FILES.hasher, async () => {
      const bytes = await checkedBytes(join(this.path, INDEX_FILES.hasher));
      if (hasherIdentity(bytes) !== described.hasher)
        throw new Error('it is not the hasher that made the codes');
      const decoded = decodeHasher(bytes);
      if (decoded.width !== length) throw new Error(`it takes ${decoded.width} numbers, not ${length}`);
      return decoded;
    });
    const tracks = await this.tracks(scores);
    const codes = new PackedCodes(rows, 32 * hasher.words);
    const file = new BlockFile(join(this.path, INDEX_FILES.codes), {
      ...{ rows, rowBytes: 4 * hasher.words },
      ...{ rowsPerBlock: described.rows_per_block, sums: described.sums },
    });
    await reading(this.path, INDEX_FILES.codes, () => file.readAll(codes.view()));
    const vectors = this.vectorFile();
    const readVectors = async (wanted: readonly number[]): Promise<Float32Array> => {
      const read = new Float32Array(wanted.length * length);
      await reading(this.path, INDEX_FILES.vectors, () => vectors!.readRows(wanted, read));
      return read;
    };
    return { ...tracks, codes, hasher, readVectors: vectors && readVectors };
  }

  private vectorFile(): BlockFile | null {
    const { vectors, tracks: rows, length } = this.description;
    if (!vectors) return null;
    return new BlockFile(join(this.path, INDEX_FILES.vectors), {
      ...{ rows, rowBytes: 4 * length, rowsPerBlock: vectors.rows_per_block, sums: vectors.sums },
    });
  }
}

/** Reads a file of an index, and says in one sentence that the index is damaged where that is what was found. */
async function reading<Read>(path: string, name: string, read: () => Promise<Read>): Promise<Read> {
  try {
    return await read();
  } catch (error) {
    throw new Failure(
      `The index ${path} is damaged (${name}: ${messageOf(error)}); build it again with --overwrite.`,
    );
  }
}

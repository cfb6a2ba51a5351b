/**
 * An index: a folder with a catalogue's embeddings as they are compared, or their codes, or both, and its tracks, so that a
 * search neither reads nor scales a table's embeddings again. `index.json` is written last: without it there is no index.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKSUMS, checkedBytes } from '../../base/checksums.js';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import type { Hasher } from '../../models/hashing/index.js';
import { decodeHasher } from '../../models/hashing/stored.js';
import type { CodedRow, TableHeader, TagRow } from '../row.js';
import { inGroups } from '../tables/batches.js';
import { readTable } from '../tables/index.js';
import { BlockFile } from './block-file.js';
import { PackedCodes } from './codes/packed-codes.js';
import { type EmbeddingIndex, type IndexedTracks, TrackColumns } from './embedding-index.js';
import { descriptionSchema, INDEX_FILES, type IndexDescription } from './index-description.js';
import { VectorGraph } from './vector-graph.js';

export { INDEX_FILES, type IndexDescription } from './index-description.js';

/** Tracks that are read at a time where all are. */
const GROUP = 1024;

/** Codes of a catalogue's tracks, and what encodes a query. */
export interface CodeIndex extends IndexedTracks {
  codes: PackedCodes;
  hasher: Hasher;
  /** Reads unit vectors of some tracks, row-major, in their order; null where the index has none. */
  readVectors: ((rows: readonly number[]) => Promise<Float32Array>) | null;
}

/** Whether a path is an index. */
export const isIndex = (path: string): Promise<boolean> => exists(join(path, INDEX_FILES.description));

/** Throws a UsageError for a folder that holds a part of an index: what a build that was stopped has left. */
export async function requireFinished(path: string): Promise<void> {
  for (const name of [INDEX_FILES.tagged, INDEX_FILES.vectors, INDEX_FILES.tracks])
    if (await exists(join(path, name)))
      throw new UsageError(
        `${path} is an index that was not finished; run the same "polytag index build" again.`,
      );
}

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
    readonly description: IndexDescription,
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

  get hasGraph(): boolean {
    return this.description.graph !== null;
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
   * Opens the graph by which about the nearest vectors are found without comparing all; null where the index has none, or
   * the package usearch is not installed.
   *
   * @throws Failure when it is damaged
   */
  async graph(): Promise<VectorGraph | null> {
    const { graph, tracks, length } = this.description;
    if (!graph) return null;
    return reading(this.path, INDEX_FILES.graph, () =>
      VectorGraph.open(join(this.path, INDEX_FILES.graph), graph, { tracks, length }),
    );
  }

  /**
   * Reads the tracks and the codes; vectors stay on the disk.
   *
   * @throws UsageError when the index has no codes; Failure when it is damaged
   */
  async codes(scores: boolean): Promise<CodeIndex> {
    const { codes: described, tracks: rows } = this.description;
    if (!described)
      throw new UsageError(
        `The index ${this.path} has no codes; build it with --hash, or compare by embedding.`,
      );
    const { hasher } = (await this.hasher())!;
    const tracks = await this.tracks(scores);
    const codes = new PackedCodes(rows, 32 * hasher.words);
    await reading(this.path, INDEX_FILES.codes, () => this.codeFile(described).readAll(codes.view()));
    return {
      ...tracks,
      codes,
      hasher,
      readVectors: this.hasVectors ? (wanted) => this.vectors(wanted) : null,
    };
  }

  /**
   * Reads what made the codes, with the bytes of its file; null where there are no codes.
   *
   * @throws Failure when it is damaged
   */
  async hasher(): Promise<{ hasher: Hasher; bytes: Buffer } | null> {
    const { codes, length } = this.description;
    if (!codes) return null;
    return reading(this.path, INDEX_FILES.hasher, async () => {
      const bytes = await checkedBytes(join(this.path, INDEX_FILES.hasher));
      if (hasherIdentity(bytes) !== codes.hasher) throw new Error('it is not the hasher that made the codes');
      const hasher = decodeHasher(bytes);
      if (hasher.width !== length) throw new Error(`it takes ${hasher.width} numbers, not ${length}`);
      return { hasher, bytes };
    });
  }

  /**
   * Reads the unit vectors of some tracks, row-major, in their order: only the blocks that hold them. The index must
   * have vectors.
   *
   * @throws Failure when they are damaged
   */
  async vectors(rows: readonly number[]): Promise<Float32Array> {
    const read = new Float32Array(rows.length * this.description.length);
    await reading(this.path, INDEX_FILES.vectors, () => this.vectorFile()!.readRows(rows, read));
    return read;
  }

  /**
   * All tracks in their order, with the unit vector and the code of each where the index has them; some hundred are
   * held at a time.
   *
   * @throws Failure, while rows are read, when the index is damaged
   */
  async rows(): Promise<{ header: TableHeader; rows: AsyncIterable<CodedRow> }> {
    const path = join(this.path, INDEX_FILES.tracks);
    const { header, rows } = await reading(this.path, INDEX_FILES.tracks, async () => {
      await checkedBytes(path);
      return readTable(path, { embeddings: false, trusted: true });
    });
    const { length } = this.description;
    const coded = (group: readonly TagRow[], first: number) => this.coded(group, first);
    return {
      header: { ...header, embedding: this.hasVectors ? length : null },
      rows: {
        async *[Symbol.asyncIterator]() {
          let first = 0;
          for await (const group of inGroups(rows, GROUP)) {
            yield* await coded(group, first);
            first += group.length;
          }
        },
      },
    };
  }

  /** Rows with their vectors and codes. */
  private async coded(group: readonly TagRow[], first: number): Promise<CodedRow[]> {
    const { codes, length } = this.description;
    const places = group.map((_, i) => first + i);
    const unit = this.hasVectors ? await this.vectors(places) : null;
    const bytes = codes ? codes.parameters.bits / 8 : 0;
    const packed = new Uint32Array((places.length * bytes) / 4);
    if (codes)
      await reading(this.path, INDEX_FILES.codes, () => this.codeFile(codes).readRows(places, packed));
    const all = new Uint8Array(packed.buffer);
    return group.map((row, i) => ({
      ...row,
      embedding: unit?.slice(i * length, (i + 1) * length) ?? null,
      code: codes && all.slice(i * bytes, (i + 1) * bytes),
    }));
  }

  private codeFile(codes: NonNullable<IndexDescription['codes']>): BlockFile {
    return new BlockFile(join(this.path, INDEX_FILES.codes), {
      ...{ rows: this.description.tracks, rowBytes: codes.parameters.bits / 8 },
      ...{ rowsPerBlock: codes.rows_per_block, sums: codes.sums },
    });
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

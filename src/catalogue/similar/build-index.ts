/** Makes an index of a table. */
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addChecksums, CHECKSUMS } from '../../base/checksums.js';
import { Interrupted, UsageError } from '../../base/errors.js';
import { replaceWhole, writeWhole } from '../../base/files.js';
import { requireCodeLength } from '../../models/hashing/index.js';
import { encodeHasher } from '../../models/hashing/stored.js';
import type { TableHeader, TagRow } from '../row.js';
import { readTable, writeTable } from '../tables/index.js';
import { BlockFile, BlockWriter, rowsPerBlock } from './block-file.js';
import { type FittedHasher, fitToSample, type HashChoice, RowSample } from './codes/fit-hasher.js';
import { normalise, reasonWithout, requireEmbeddings } from './embedding-index.js';
import { hasherIdentity, INDEX_FILES, type IndexDescription } from './index-folder.js';
import { EXACT_TRACKS, type GraphDescription, writeGraph } from './vector-graph.js';

/** Bytes that share a checksum: of vectors few, since single ones are read. */
const BLOCK_BYTES = { vectors: 2 ** 16, codes: 2 ** 22 };

/** Vectors that are encoded at a time. */
const ENCODED = 1024;

export interface BuildOptions {
  /** Which codes are made: by a hash learner, or by the hash layer of the model that is named. Default: none. */
  hash?: HashChoice | string | null;
  /** Whether the vectors are left out, once they are encoded. Default: false. */
  codesOnly?: boolean;
  /** Whether a graph for approximate search is made. Default: above 100,000 tracks, where the vectors stay. */
  approximate?: boolean;
  /** Called with the number of tracks so far. */
  onTrack?: (done: number) => void;
  /** Called before what takes long. */
  log?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Makes the index of a table, row by row.
 *
 * @param table - of `polytag tag --embedding`
 * @param out - checked by `requireIndexPlace`
 * @returns how many tracks have a vector, how many have none, and whether there is a graph for approximate search
 * @throws UsageError when the table has no embeddings or does not exist, or codes cannot be learnt from it; Failure when it
 * is damaged, or the disk is full
 */
export async function buildIndex(
  table: string,
  out: string,
  { hash = null, codesOnly = false, approximate, ...options }: BuildOptions = {},
): Promise<{ tracks: number; without: number; approximate: boolean }> {
  const { header, rows } = await readTable(table);
  const length = requireEmbeddings(table, header);
  // Before an index that is replaced is touched.
  const maker =
    hash === null
      ? null
      : typeof hash === 'string'
        ? await layerCodes(hash, table, header)
        : learnedCodes(hash, length);
  const { description: last, codes, hasher, graph: graphFile } = INDEX_FILES;
  for (const name of [last, CHECKSUMS, codes, hasher, graphFile]) await rm(join(out, name), { force: true });
  const { without, tracks, vectors } = await writeVectors(
    out,
    { header, rows },
    { length, maker, ...options },
  );
  const made = maker && (await writeCodes(out, { maker, vectors, length, tracks, ...options }));
  const isGraph = approximate ?? (!codesOnly && tracks > EXACT_TRACKS);
  const graph = isGraph ? await makeGraph(out, vectors, { length, tracks, ...options }) : null;
  if (codesOnly) await rm(join(out, INDEX_FILES.vectors));
  const description: IndexDescription = {
    ...{ format: 'polytag index', version: 2, model: header.model },
    ...{ weights: header.record.weights_sha256 ?? null, length, tracks },
    ...{ vectors: codesOnly ? null : vectors, codes: made, graph, without },
  };
  const text = `${JSON.stringify(description)}\n`;
  const summed = [INDEX_FILES.tracks, ...(made ? [hasher] : [])];
  await addChecksums(out, summed, { [last]: text });
  await writeWhole(join(out, last), text);
  return { tracks, without: without.length, approximate: graph !== null };
}

type Blocks = NonNullable<IndexDescription['vectors']>;

/** What makes codes while an index is built. */
interface CodeMaker {
  /** Takes each embedding as the table has it, and as a unit vector. */
  add(embedding: Float32Array, unit: Float32Array): void;
  /** After all: what encodes queries. */
  finish(length: number, log: BuildOptions['log']): FittedHasher;
  /** Codes of all tracks, where they are made of embeddings as the table has them; null where unit vectors are encoded. */
  codes: Uint32Array[] | null;
}

/** A hash learner, which is fitted to unit vectors. Throws a UsageError for more bits than it has for their width. */
function learnedCodes(hash: HashChoice, width: number): CodeMaker {
  requireCodeLength(hash.kind, hash.bits, width);
  const sample = new RowSample();
  return {
    add: (_, unit) => sample.add(unit),
    finish(length, log) {
      log?.(`Learning codes of ${hash.bits} bits from ${sample.size} embeddings`);
      return fitToSample(hash, sample, length);
    },
    codes: null,
  };
}

/** The hash layer of a model. Throws a UsageError where it is not the model that made the table. */
async function layerCodes(
  model: string,
  table: string,
  { record, model: own }: TableHeader,
): Promise<CodeMaker> {
  // Loaded when wanted: models take as long to load as everything else here.
  const { hasherOfModel } = await import('./codes/model-hasher.js');
  const fitted = await hasherOfModel(model);
  if (record.weights_sha256 !== fitted.weights)
    throw new UsageError(
      `--hash: the embeddings of ${table} were made by the model ${own}, whose weights are not those of ${model}; tag with "--model ${model} --embedding", or name a hash learner.`,
    );
  const codes: Uint32Array[] = [];
  return {
    add: (embedding) => void codes.push(fitted.hasher.encode(embedding, 1)),
    finish: () => fitted,
    codes,
  };
}

/** Writes the unit vectors and the table of their tracks, and draws the sample. */
async function writeVectors(
  out: string,
  { header, rows }: { header: TableHeader; rows: AsyncIterable<TagRow> },
  {
    length,
    maker,
    onTrack,
    signal,
  }: Pick<BuildOptions, 'onTrack' | 'signal'> & {
    length: number;
    maker: CodeMaker | null;
  },
): Promise<{ without: [string, string][]; tracks: number; vectors: Blocks }> {
  const without: [string, string][] = [];
  let tracks = 0;
  const vectors = await writeBlocks(
    join(out, INDEX_FILES.vectors),
    4 * length,
    BLOCK_BYTES.vectors,
    async (writer) => {
      async function* withVectors(): AsyncGenerator<TagRow> {
        for await (const row of rows) {
          stopWhere(signal);
          if (row.embedding === null) {
            without.push([row.path, reasonWithout(row)]);
            continue;
          }
          const vector = Float32Array.from(row.embedding);
          normalise(vector);
          await writer.write(vector);
          maker?.add(row.embedding, vector);
          tracks++;
          onTrack?.(tracks);
          yield { ...row, embedding: null };
        }
      }
      await writeTable(join(out, INDEX_FILES.tracks), { ...header, embedding: null }, withVectors());
    },
  );
  return { without, tracks, vectors };
}

/** Reads unit vectors that are written, row-major. */
function vectorReader(
  out: string,
  { rows_per_block: rowsPerBlock, sums }: Blocks,
  { length, tracks }: { length: number; tracks: number },
): (rows: readonly number[]) => Promise<Float32Array> {
  const file = new BlockFile(join(out, INDEX_FILES.vectors), {
    ...{ rows: tracks, rowBytes: 4 * length, rowsPerBlock, sums },
  });
  return async (rows) => {
    const vectors = new Float32Array(rows.length * length);
    await file.readRows(rows, vectors);
    return vectors;
  };
}

/** Finishes the hasher and writes the codes, those of the vectors that are written where it takes unit vectors. */
async function writeCodes(
  out: string,
  {
    maker,
    vectors,
    length,
    tracks,
    log,
    signal,
  }: Pick<BuildOptions, 'log' | 'signal'> & {
    maker: CodeMaker;
    vectors: Blocks;
    length: number;
    tracks: number;
  },
): Promise<NonNullable<IndexDescription['codes']>> {
  const { hasher, parameters } = maker.finish(length, log);
  const bytes = encodeHasher(hasher);
  await writeWhole(join(out, INDEX_FILES.hasher), bytes);
  const read = vectorReader(out, vectors, { length, tracks });
  const blocks = await writeBlocks(
    join(out, INDEX_FILES.codes),
    4 * hasher.words,
    BLOCK_BYTES.codes,
    async (writer) => {
      for (const code of maker.codes ?? []) await writer.write(code);
      for (let first = 0; maker.codes === null && first < tracks; first += ENCODED) {
        stopWhere(signal);
        const rows = Array.from({ length: Math.min(ENCODED, tracks - first) }, (_, i) => first + i);
        await writer.write(hasher.encode(await read(rows), rows.length));
      }
    },
  );
  return { ...blocks, hasher: hasherIdentity(bytes), parameters };
}

/** Makes the graph of the vectors that are written; null, with a line, where the package is not installed. */
async function makeGraph(
  out: string,
  vectors: Blocks,
  { length, tracks, log, signal }: BuildOptions & { length: number; tracks: number },
): Promise<GraphDescription | null> {
  log?.(`Making the graph for approximate search of ${tracks} tracks`);
  const read = vectorReader(out, vectors, { length, tracks });
  let graph: GraphDescription | null = null;
  await replaceWhole(join(out, INDEX_FILES.graph), async (temporary) => {
    graph = await writeGraph(temporary, { tracks, length }, read, () => stopWhere(signal));
    if (!graph) await writeFile(temporary, '');
  });
  if (!graph) {
    await rm(join(out, INDEX_FILES.graph));
    log?.('The package usearch is not installed, so that every track will be compared');
  }
  return graph;
}

/** Writes a file of rows of one length. */
async function writeBlocks(
  path: string,
  rowBytes: number,
  blockBytes: number,
  write: (writer: BlockWriter) => Promise<void>,
): Promise<Blocks> {
  const perBlock = rowsPerBlock(blockBytes, rowBytes);
  let sums: number[] = [];
  await replaceWhole(path, async (temporary) => {
    const file: FileHandle = await open(temporary, 'w');
    try {
      const writer = new BlockWriter(file, perBlock * rowBytes);
      await write(writer);
      await writer.end();
      sums = writer.sums;
    } finally {
      await file.close();
    }
  });
  return { rows_per_block: perBlock, sums };
}

function stopWhere(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new Interrupted('Stopped before the index was whole; run the same command again.');
}

/**
 * Files of word vectors: text and binary format of word2vec, fastText's `.vec` and GloVe's text without a header, each
 * plain or compressed by gzip. Read as a stream; unwanted rows are not kept.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure, Interrupted, messageOf, systemCode, UsageError } from '../../../base/errors.js';
import { ByteLines } from '../../embeddings/byte-lines.js';
import { KeptVectors } from '../../embeddings/kept-vectors.js';
import { type Header, readHeader, type VectorFormat } from '../../embeddings/vector-header.js';
import type { WordVectors } from '../../embeddings/word-vectors.js';

const SPACE = 32;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Which words are kept. */
export interface ReadVectorsOptions {
  /** Keep these words alone; null for all. */
  wanted?: ReadonlySet<string> | null;
  signal?: AbortSignal;
}

/** Content of a file. */
export interface ReadVectors extends WordVectors {
  format: VectorFormat;
  /** Words of the file, those that were not kept among them. */
  inFile: number;
  /** Sentences about rows that were left out. */
  notes: string[];
}

/**
 * Reads word vectors in the file's order, whatever its format; of a repeated word the first counts. Throws UsageError
 * when there is no such file; Failure naming the line or word of a damaged file; Interrupted when stopped.
 */
export async function readVectors(
  path: string,
  { wanted = null, signal }: ReadVectorsOptions = {},
): Promise<ReadVectors> {
  const source = createReadStream(path, { highWaterMark: 2 ** 20 });
  const lines = new ByteLines(stoppable(unzippedWhereZipped(source), signal));
  try {
    const header = await readHeader(lines, path);
    const kept = new KeptVectors(header.dim, wanted);
    await READERS[header.format](lines, path, header, kept);
    if (header.words !== null && kept.inFile < header.words)
      throw new Failure(
        `${path} has ${kept.inFile} of the ${header.words} words that its first line announces: it was cut short; download it again.`,
      );
    return { ...kept.result(path), format: header.format };
  } catch (error) {
    throw explain(path, error);
  } finally {
    source.destroy();
  }
}

const READERS: Record<
  VectorFormat,
  (lines: ByteLines, path: string, header: Header, kept: KeptVectors) => Promise<void>
> = { text: readText, binary: readBinary };

function explain(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'ENOENT') return new UsageError(`There is no file ${path}; check the path.`);
  if (code === 'EISDIR') return new UsageError(`${path} is a folder; give a file of word vectors.`);
  if (code === 'EACCES' || code === 'EPERM')
    return new UsageError(`${path} may not be read by this user; change its permissions.`);
  if (code?.startsWith('Z_'))
    return new Failure(`${path} is damaged (gzip: ${messageOf(error)}); download it again.`);
  if (error instanceof RangeError)
    return new Failure(`${path}: there is no memory for its vectors; give a smaller file.`);
  return error;
}

async function* stoppable(
  pieces: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (signal?.aborted) throw new Interrupted('Stopped while word vectors were read.');
    yield piece;
  }
}

/** Pieces of a file, unpacked where it begins as gzip does. */
async function* unzippedWhereZipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
  }
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    yield* all();
    return;
  }
  const packed = Readable.from(all());
  const unzip = createGunzip();
  packed.on('error', (error) => unzip.destroy(error));
  yield* packed.pipe(unzip) as AsyncIterable<Uint8Array>;
}

/** One word and its numbers per line. */
async function readText(
  lines: ByteLines,
  path: string,
  { words, dim, headerLines }: Header,
  kept: KeptVectors,
): Promise<void> {
  const vector = new Float32Array(dim);
  let line = headerLines;
  while (!lines.done) {
    const row = lines.until(LINE_FEED);
    if (row === null) {
      if (lines.tooLong)
        throw new Failure(
          `${path}, line ${line + 1}: the line does not end; this is not a file of word vectors.`,
        );
      await lines.more();
      continue;
    }
    line++;
    const end = lengthWithoutSpaces(row);
    if (end === 0) continue;
    if (words !== null && kept.inFile === words)
      throw new Failure(
        `${path}, line ${line}: there are more words than the ${words} that the first line announces.`,
      );
    readRow(row.subarray(0, end), `${path}, line ${line}`, vector, kept);
  }
}

function lengthWithoutSpaces(row: Buffer): number {
  let end = row.length;
  while (end > 0 && (row[end - 1] === SPACE || row[end - 1] === CARRIAGE_RETURN)) end--;
  return end;
}

function readRow(row: Buffer, where: string, vector: Float32Array, kept: KeptVectors): void {
  const dim = vector.length;
  const space = row.indexOf(SPACE);
  if (space <= 0)
    throw new Failure(`${where}: a word and ${dim} numbers are expected, with single spaces between.`);
  const word = row.toString('utf8', 0, space);
  if (!kept.meet(word)) return;
  const fields = row.toString('latin1', space + 1).split(' ');
  if (
    fields.length > dim &&
    fields.slice(0, fields.length - dim).some((field) => Number.isNaN(Number(field)))
  ) {
    kept.leaveSpaced();
    return;
  }
  if (fields.length !== dim)
    throw new Failure(`${where}: "${word}" has ${fields.length} numbers, and ${dim} are expected.`);
  for (let i = 0; i < dim; i++) vector[i] = fields[i] === '' ? Number.NaN : Number(fields[i]);
  requireFinite(vector, where, word);
  kept.add(word, vector);
}

function requireFinite(vector: Float32Array, where: string, word: string): void {
  const broken = vector.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0)
    throw new Failure(`${where}: value ${broken + 1} of "${word}" is not finite; download the file again.`);
}

/** A word, a space, and its numbers as little-endian float32; word2vec.c ends a vector by a line feed, gensim does not. */
async function readBinary(
  lines: ByteLines,
  path: string,
  { words, dim }: Header,
  kept: KeptVectors,
): Promise<void> {
  const vector = new Float32Array(dim);
  const bytes = new Uint8Array(vector.buffer);
  for (let i = 1; i <= words!; i++) {
    const name = await waitFor(lines, () => lines.until(SPACE));
    if (name === null || lines.done) return;
    const word = name.toString('utf8', name.lastIndexOf(LINE_FEED) + 1);
    const numbers = await waitFor(lines, () => lines.take(bytes.length));
    if (numbers === null) return;
    const where = `${path}, word ${i}`;
    if (word === '') throw new Failure(`${where}: there is no word; the file is damaged, download it again.`);
    if (!kept.meet(word)) continue;
    bytes.set(numbers);
    requireFinite(vector, where, word);
    kept.add(word, vector);
  }
  await lines.more();
  if (lines.peek().some((byte) => byte !== LINE_FEED && byte !== CARRIAGE_RETURN))
    throw new Failure(`${path}: there are more than the ${words} words that the first line announces.`);
}

/** Null where the file ends first. */
async function waitFor(lines: ByteLines, ask: () => Buffer | null): Promise<Buffer | null> {
  for (;;) {
    const found = ask();
    if (found !== null || lines.tooLong || !(await lines.more())) return found;
  }
}

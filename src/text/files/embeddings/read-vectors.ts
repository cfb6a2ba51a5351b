/**
 * Files of word vectors: text and binary format of word2vec, fastText's `.vec` and GloVe's text without a header, each
 * plain or compressed by gzip or bzip2. Read as a stream; unwanted rows are not kept.
 */
import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import unbzip2 from 'unbzip2-stream';
import { Failure, Interrupted, messageOf, systemCode } from '../../../base/errors.js';
import { explainReadError } from '../../../base/read-errors.js';
import { ByteLines } from '../../embeddings/byte-lines.js';
import { KeptVectors } from '../../embeddings/kept-vectors.js';
import { type Header, readHeader, type VectorFormat } from '../../embeddings/vector-header.js';
import type { WordVectors } from '../../embeddings/word-vectors.js';
import { encodings, type TextEncoding } from '../../encodings.js';
import { decodeAs, decodeText, isValidUtf8 } from '../decode.js';

const SPACE = 32;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BZIP2 = Buffer.from('BZh');

/** Which words are kept. */
export interface ReadVectorsOptions {
  /** Keep these words alone; null for all. */
  wanted?: ReadonlySet<string> | null;
  /** Of the words; null: found out. Default: null. */
  encoding?: TextEncoding | null;
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
  { wanted = null, encoding = null, signal }: ReadVectorsOptions = {},
): Promise<ReadVectors> {
  const source = createReadStream(path, { highWaterMark: 2 ** 20 });
  const lines = new ByteLines(stoppable(unpacked(source, path), signal));
  try {
    const header = await readHeader(lines, path);
    const kept = new KeptVectors(header.dim, wanted);
    const words = encoding ?? (await wordEncoding(lines, header, path));
    await READERS[header.format](lines, path, header, kept, words);
    if (header.words !== null && kept.inFile < header.words)
      throw new Failure(
        `${path} has ${kept.inFile} of the ${header.words} words that its first line announces: it was cut short; download it again.`,
      );
    const result = kept.result(path);
    if (encoding === null && words !== 'utf-8')
      result.notes.unshift(`${path}: its words are not UTF-8 and were read as ${encodings[words].title}.`);
    return { ...result, format: header.format };
  } catch (error) {
    throw explain(path, error);
  } finally {
    source.destroy();
  }
}

const READERS: Record<
  VectorFormat,
  (lines: ByteLines, path: string, header: Header, kept: KeptVectors, encoding: TextEncoding) => Promise<void>
> = { text: readText, binary: readBinary };

function explain(path: string, error: unknown): unknown {
  if (systemCode(error)?.startsWith('Z_'))
    return new Failure(`${path} is damaged (gzip: ${messageOf(error)}); download it again.`);
  if (error instanceof RangeError)
    return new Failure(`${path}: there is no memory for its vectors; give a smaller file.`);
  return explainReadError(path, error, 'a file of word vectors') ?? error;
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

/** Pieces of a file, unpacked where it begins as gzip or bzip2 does. */
async function* unpacked(source: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done) return;
  async function* all(): AsyncGenerator<Uint8Array> {
    for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value;
  }
  if (Buffer.from(first.value.subarray(0, 3)).equals(BZIP2)) {
    const packed = Readable.from(all());
    const unzip = unbzip2();
    // Its streams are of the kind before async iteration.
    const unpackedPieces = new PassThrough();
    for (const stream of [packed, unzip]) stream.on('error', (error) => unpackedPieces.destroy(error));
    packed.pipe(unzip).pipe(unpackedPieces);
    try {
      yield* unpackedPieces;
    } catch (error) {
      if (systemCode(error) !== undefined || error instanceof Failure) throw error;
      throw new Failure(`${path} is damaged (bzip2: ${messageOf(error)}); download it again.`);
    } finally {
      packed.destroy();
    }
    return;
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

/** The encoding of the words that are buffered. Throws Failure where it is not certain. */
async function wordEncoding(
  lines: ByteLines,
  { format, dim, words: announced }: Header,
  path: string,
): Promise<TextEncoding> {
  const bytes = lines.peek();
  const words: Uint8Array[] = [];
  for (let at = 0; at < bytes.length && words.length < 2 * (announced ?? Number.POSITIVE_INFINITY); ) {
    const space = bytes.indexOf(SPACE, at);
    if (space < 0) break;
    words.push(bytes.subarray(at, space), Buffer.of(LINE_FEED));
    const end = format === 'binary' ? space + 4 * dim : bytes.indexOf(LINE_FEED, space);
    if (end < space) break;
    at = end + 1;
  }
  const sample = Buffer.concat(words);
  if (isValidUtf8(sample)) return 'utf-8';
  const { encoding, sure } = await decodeText(sample);
  // Vectors of the web's texts have a few words that are no text.
  if (encoding === null) return 'utf-8';
  if (!sure)
    throw new Failure(
      `${path}: its words are not UTF-8, and their encoding is not certain (perhaps ${encodings[encoding].title}); convert the file to UTF-8.`,
    );
  return encoding;
}

/** One word and its numbers per line. */
async function readText(
  lines: ByteLines,
  path: string,
  { words, dim, headerLines }: Header,
  kept: KeptVectors,
  encoding: TextEncoding,
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
    readRow(row.subarray(0, end), `${path}, line ${line}`, vector, kept, encoding);
  }
}

function lengthWithoutSpaces(row: Buffer): number {
  let end = row.length;
  while (end > 0 && (row[end - 1] === SPACE || row[end - 1] === CARRIAGE_RETURN)) end--;
  return end;
}

function readRow(
  row: Buffer,
  where: string,
  vector: Float32Array,
  kept: KeptVectors,
  encoding: TextEncoding,
): void {
  const dim = vector.length;
  const space = row.indexOf(SPACE);
  if (space <= 0)
    throw new Failure(`${where}: a word and ${dim} numbers are expected, with single spaces between.`);
  const word = wordOf(row.subarray(0, space), encoding);
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
  encoding: TextEncoding,
): Promise<void> {
  const vector = new Float32Array(dim);
  const bytes = new Uint8Array(vector.buffer);
  for (let i = 1; i <= words!; i++) {
    const name = await waitFor(lines, () => lines.until(SPACE));
    if (name === null || lines.done) return;
    const word = wordOf(name.subarray(name.lastIndexOf(LINE_FEED) + 1), encoding);
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

const wordOf = (bytes: Buffer, encoding: TextEncoding): string =>
  encoding === 'utf-8' ? bytes.toString('utf8') : decodeAs(bytes, encoding);

/** Null where the file ends first. */
async function waitFor(lines: ByteLines, ask: () => Buffer | null): Promise<Buffer | null> {
  for (;;) {
    const found = ask();
    if (found !== null || lines.tooLong || !(await lines.more())) return found;
  }
}

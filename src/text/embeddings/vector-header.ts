/** The first line of a file of word vectors, and what follows from it. */
import { Failure } from '../../base/errors.js';
import type { ByteLines } from './byte-lines.js';

/** Formats of word2vec. */
export const VECTOR_FORMATS = ['text', 'binary'] as const;

/** A format of word2vec. */
export type VectorFormat = (typeof VECTOR_FORMATS)[number];

/** Content of a file's first line. */
export interface Header {
  format: VectorFormat;
  /** Null where no line announces it (GloVe). */
  words: number | null;
  dim: number;
  /** 1 where a line announced them, else 0. */
  headerLines: number;
}

/** Vectors are shorter than this. */
const LARGEST_DIM = 100_000;

/** The first line is shorter than this, in bytes; GloVe's is a vector. */
const LONGEST_FIRST_LINE = 2 ** 21;

/** Bytes behind the first word that text and binary are told apart by. */
const PROBE = 64;

/** What a row of numbers is written with, NaN and infinity among them. */
const NUMBERS = /^[-+.\deE naifNAIFty]+$/;

const FASTTEXT_MODEL = Buffer.from([0xba, 0x16, 0x4f, 0x2f]);

/**
 * Reads the first line, where it announces something, and detects the format. Throws Failure for a file of another
 * kind.
 */
export async function readHeader(lines: ByteLines, path: string): Promise<Header> {
  while (lines.peek().indexOf(10) < 0 && lines.peek().length < LONGEST_FIRST_LINE)
    if (!(await lines.more())) break;
  const start = lines.peek();
  if (start.length === 0) throw new Failure(`${path} is empty; give a file of word vectors.`);
  if (start.subarray(0, 4).equals(FASTTEXT_MODEL))
    throw new Failure(
      `${path} is a model in fastText's own format; give its vectors, the file that ends in .vec.`,
    );
  const end = start.indexOf(10);
  const first = start
    .toString('utf8', 0, end < 0 ? start.length : end)
    .replace(/^\ufeff/, '')
    .trimEnd();
  const announced = /^(\d{1,12}) (\d{1,12})$/.exec(first);
  if (announced) {
    const [words, dim] = announced.slice(1).map(Number);
    if (words < 1 || dim < 1 || dim > LARGEST_DIM)
      throw new Failure(
        `${path}, line 1: "${first}" announces ${words} words of ${dim} numbers; which is not possible; download the file again.`,
      );
    lines.until();
    return { format: await formatOf(lines, dim), words, dim, headerLines: 1 };
  }
  const numbers = first.split(' ').slice(1);
  if (numbers.length < 2 || !numbers.every((field) => field !== '' && Number.isFinite(Number(field))))
    throw new Failure(
      `${path}, line 1: the number of words and of dimensions is expected, as in "400000 300", or a word and its numbers; this is not a file of word vectors.`,
    );
  return { format: 'text', words: null, dim: numbers.length, headerLines: 0 };
}

/** Text has nothing but digits and the like behind a word; the bytes of numbers are anything. */
async function formatOf(lines: ByteLines, dim: number): Promise<VectorFormat> {
  const probed = (): Buffer | null => {
    const space = lines.peek().indexOf(32);
    return space < 0 ? null : lines.peek().subarray(space + 1, space + 1 + PROBE);
  };
  while ((probed()?.length ?? 0) < PROBE && !lines.tooLong) if (!(await lines.more())) break;
  const probe = probed();
  if (probe === null) return 'text';
  const lineEnd = probe.indexOf(10);
  const row = probe.toString('latin1', 0, lineEnd < 0 ? probe.length : lineEnd).trimEnd();
  // A byte of a number may be a line feed by chance: a row of several numbers has spaces.
  return NUMBERS.test(row) && (dim === 1 || lineEnd < 0 || row.includes(' ')) ? 'text' : 'binary';
}

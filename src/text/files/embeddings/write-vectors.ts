/** Writes word vectors in the formats of word2vec. */
import { open } from 'node:fs/promises';
import { UsageError } from '../../../base/errors.js';
import { replaceWhole } from '../../../base/files.js';
import { shortestDecimal } from '../../../base/numbers.js';
import type { VectorFormat } from '../../embeddings/vector-header.js';
import type { WordVectors } from '../../embeddings/word-vectors.js';

/** Bytes that are written at a time. */
const PIECE = 2 ** 20;

/**
 * Writes vectors as gensim's `KeyedVectors.load_word2vec_format` and word2vec.c's tools read them; text has the
 * shortest decimals of each float32. Throws UsageError for a word with white space; Failure when it cannot be written.
 */
export async function writeVectors(
  path: string,
  { words, vectors, dim }: WordVectors,
  format: VectorFormat,
): Promise<void> {
  const spaced = words.find((word) => word === '' || /\s/u.test(word));
  if (spaced !== undefined)
    throw new UsageError(
      `A file of word vectors cannot hold the word "${spaced}": words are ended by spaces.`,
    );
  const row = ROWS[format];
  await replaceWhole(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      let pieces: Buffer[] = [Buffer.from(`${words.length} ${dim}\n`)];
      let bytes = 0;
      for (const [i, word] of words.entries()) {
        const piece = row(word, vectors.subarray(i * dim, (i + 1) * dim));
        pieces.push(piece);
        bytes += piece.length;
        if (bytes < PIECE) continue;
        await file.writeFile(Buffer.concat(pieces));
        pieces = [];
        bytes = 0;
      }
      await file.writeFile(Buffer.concat(pieces));
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

const ROWS: Record<VectorFormat, (word: string, vector: Float32Array) => Buffer> = {
  text: (word, vector) => Buffer.from(`${word} ${Array.from(vector, shortestDecimal).join(' ')}\n`),
  // A copy: the view may begin anywhere in its buffer.
  binary: (word, vector) =>
    Buffer.concat([Buffer.from(`${word} `), new Uint8Array(vector.slice().buffer), Buffer.from('\n')]),
};

/** Distances of queries to a database, a query at a time. */
import { vectorProduct } from '../../models/hashing/products.js';
import { unitRows } from '../../text/embeddings/word-vectors.js';

/** A query's distances to every item of a database; the array may be reused for the next query. */
export interface QueryDistances {
  distancesOf(query: number): ArrayLike<number>;
  /** The largest distance, where distances are whole numbers; null for others. */
  largest: number | null;
}

/** Number of differing bits. Codes are row-major [rows × words], as a hasher's `encode` gives them. */
export function hammingDistances(
  queries: Uint32Array,
  database: Uint32Array,
  { words, bits }: { words: number; bits: number },
): QueryDistances {
  const distances = new Uint16Array(database.length / words);
  return {
    largest: bits,
    distancesOf(query) {
      const code = queries.subarray(query * words, (query + 1) * words);
      for (let item = 0, at = 0; item < distances.length; item++) {
        let differing = 0;
        for (let word = 0; word < words; word++, at++) differing += bitCount(code[word] ^ database[at]);
        distances[item] = differing;
      }
      return distances;
    },
  };
}

/** Set bits of a 32-bit word, counted in parallel (Warren, Hacker's Delight). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** 1 − cosine, of row-major [rows × width] embeddings; 1 where one of two embeddings is zero. */
export function cosineDistances(
  queries: Float32Array,
  database: Float32Array,
  width: number,
): QueryDistances {
  const items = unitRows(database, width);
  const units = unitRows(queries, width);
  return {
    largest: null,
    distancesOf: (query) =>
      vectorProduct(items, Float64Array.from(units.subarray(query * width, (query + 1) * width))).map(
        (cosine) => 1 - cosine,
      ),
  };
}

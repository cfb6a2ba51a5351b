/** Exact nearest neighbours by cosine similarity. */
import TinyQueue from 'tinyqueue';
import { vectorProduct } from '../../models/hashing/products.js';
import type { EmbeddingIndex } from './embedding-index.js';

export interface Neighbour {
  row: number;
  /** Cosine similarity, from -1 to 1. */
  similarity: number;
}

export interface NearestOptions {
  count: number;
  above?: number;
  /** Which rows may be given. Default: all. */
  wanted?: (row: number) => boolean;
}

/**
 * Compares a vector with every track, exactly and in time linear in tracks × length. Nearest first; of equals the one
 * that comes first in the table.
 *
 * @param query - of the index's length and of norm 1, or a row of the index
 * @throws RangeError for a count that is not a whole number above 0, or a query of another length
 */
export function nearestTracks(
  { unit, length }: Pick<EmbeddingIndex, 'unit' | 'length'>,
  query: Float32Array,
  { count, above = -1, wanted = () => true }: NearestOptions,
): Neighbour[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`The number of neighbours must be a whole number above 0, not ${count}.`);
  if (query.length !== length)
    throw new RangeError(`The query has ${query.length} numbers, and the index ${length}.`);
  const similarities = new Float32Array(vectorProduct(unit, Float64Array.from(query)));
  // Rounding may give a similarity slightly above 1.
  for (let row = 0; row < similarities.length; row++)
    similarities[row] = Math.min(1, Math.max(-1, similarities[row]));
  const isGiven = (row: number): boolean => similarities[row] >= above && wanted(row);
  return bestRows(similarities, count, isGiven).map((row) => ({ row, similarity: similarities[row] }));
}

/** The best few rows, the best first; of equals the smaller row. */
function bestRows(scores: Float32Array, count: number, wanted: (row: number) => boolean): number[] {
  const worstFirst = (a: number, b: number): number => scores[a] - scores[b] || b - a;
  const queue = new TinyQueue<number>([], worstFirst);
  for (let row = 0; row < scores.length; row++) {
    if (!wanted(row)) continue;
    if (queue.length === count && worstFirst(row, queue.peek()!) <= 0) continue;
    queue.push(row);
    if (queue.length > count) queue.pop();
  }
  return queue.data.sort((a, b) => worstFirst(b, a));
}

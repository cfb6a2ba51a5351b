/** Exact nearest neighbours by cosine similarity. */
import TinyQueue from 'tinyqueue';
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
  { unit, length, paths }: Pick<EmbeddingIndex, 'unit' | 'length' | 'paths'>,
  query: Float32Array,
  { count, above = -1, wanted = () => true }: NearestOptions,
): Neighbour[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`The number of neighbours must be a whole number above 0, not ${count}.`);
  if (query.length !== length)
    throw new RangeError(`The query has ${query.length} numbers, and the index ${length}.`);
  const tracks = paths.length;
  const similarities = cosines(unit, query, tracks);
  const isGiven = (row: number): boolean => similarities[row] >= above && wanted(row);
  return bestRows(similarities, count, isGiven).map((row) => ({ row, similarity: similarities[row] }));
}

/** Dot products of a vector with each row; four rows at a time share the reads of the vector. */
function cosines(unit: Float32Array, query: Float32Array, tracks: number): Float32Array {
  const { length } = query;
  const out = new Float32Array(tracks);
  const wide = Float64Array.from(query);
  let row = 0;
  for (; row + 4 <= tracks; row += 4) {
    let at0 = row * length;
    let at1 = at0 + length;
    let at2 = at1 + length;
    let at3 = at2 + length;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    let sum3 = 0;
    for (let i = 0; i < length; i++) {
      const value = wide[i];
      sum0 += value * unit[at0++];
      sum1 += value * unit[at1++];
      sum2 += value * unit[at2++];
      sum3 += value * unit[at3++];
    }
    out[row] = sum0;
    out[row + 1] = sum1;
    out[row + 2] = sum2;
    out[row + 3] = sum3;
  }
  for (; row < tracks; row++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += wide[i] * unit[row * length + i];
    out[row] = sum;
  }
  // Rounding may give a similarity slightly above 1.
  for (let i = 0; i < tracks; i++) out[i] = Math.min(1, Math.max(-1, out[i]));
  return out;
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

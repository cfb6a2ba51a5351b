/** Exact nearest neighbours by cosine similarity. */
import type { EmbeddingIndex } from './embedding-index.js';

/** A track and how near it is. */
export interface Neighbour {
  /** Its place in the index. */
  row: number;
  /** Cosine similarity, from -1 to 1. */
  similarity: number;
}

/** What is looked for. */
export interface NearestOptions {
  /** Tracks at most. */
  count: number;
  /** Least similarity. */
  above?: number;
  /** A track that is left out: the one that is asked about. */
  exclude?: number;
}

/**
 * Compares a vector with every track. Time is linear in tracks × length, and the answer is exact.
 *
 * @param index - tracks
 * @param query - of the index's length and of length 1, or a row of the index
 * @param options - how many, how near
 * @returns the nearest tracks, the nearest first; of equals the one that comes first in the table
 * @throws RangeError for a count that is no whole number above 0, or a query of another length
 */
export function nearestTracks(
  { unit, length, paths }: Pick<EmbeddingIndex, 'unit' | 'length' | 'paths'>,
  query: Float32Array,
  { count, above = -1, exclude = -1 }: NearestOptions,
): Neighbour[] {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`The number of neighbours must be a whole number above 0, not ${count}.`);
  if (query.length !== length)
    throw new RangeError(`The query has ${query.length} numbers, and the index ${length}.`);
  const tracks = paths.length;
  const similarities = cosines(unit, query, tracks);
  const best = new BestRows(Math.min(count, tracks), similarities);
  for (let row = 0; row < tracks; row++) if (similarities[row] >= above && row !== exclude) best.offer(row);
  return best.rows().map((row) => ({ row, similarity: similarities[row] }));
}

/** Dot products of a vector with each row; four rows at a time share what is read of the vector. */
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
  // Rounding may leave a track a little nearer than itself.
  for (let i = 0; i < tracks; i++) out[i] = Math.min(1, Math.max(-1, out[i]));
  return out;
}

/** The best few of many rows: a heap whose root is the worst of those kept. */
class BestRows {
  private readonly heap: Int32Array;
  private size = 0;

  constructor(
    room: number,
    private readonly scores: Float32Array,
  ) {
    this.heap = new Int32Array(room);
  }

  offer(row: number): void {
    if (this.size < this.heap.length) {
      this.heap[this.size] = row;
      this.rise(this.size++);
    } else if (this.size > 0 && this.isWorse(this.heap[0], row)) {
      this.heap[0] = row;
      this.sink(0);
    }
  }

  /** What was kept, the best first. */
  rows(): number[] {
    return [...this.heap.subarray(0, this.size)].sort((a, b) => this.scores[b] - this.scores[a] || a - b);
  }

  private isWorse(a: number, b: number): boolean {
    return this.scores[a] < this.scores[b] || (this.scores[a] === this.scores[b] && a > b);
  }

  private rise(at: number): void {
    for (let child = at; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.isWorse(this.heap[child], this.heap[parent])) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private sink(at: number): void {
    for (let parent = at; ; ) {
      let worst = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < this.size && this.isWorse(this.heap[child], this.heap[worst])) worst = child;
      if (worst === parent) return;
      this.swap(parent, worst);
      parent = worst;
    }
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b], this.heap[a]];
  }
}

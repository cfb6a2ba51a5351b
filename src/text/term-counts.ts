/** How often each term stands in each document, sparse. */

/** A matrix in compressed sparse rows, as scipy's `csr_matrix`. */
export interface SparseMatrix {
  rows: number;
  columns: number;
  /** Where each row begins in `indices` and `data`, and where the last one ends, [rows + 1]. */
  indptr: Int32Array;
  /** Column of each stored value, ascending within a row, [stored values]. */
  indices: Int32Array;
  /** The stored values, [stored values]. */
  data: Float32Array;
}

/** Counts of terms. */
export interface TermCounts {
  /** Documents × terms; nothing is stored for a term that a document has not. */
  matrix: SparseMatrix;
  /** The term of each column, ascending by code point. */
  terms: string[];
  /** Documents that have the term, by column. */
  documentFrequency: Int32Array;
}

/** Counts terms of one document after the other. */
export interface TermCounter {
  /** Counts the tokens of a document; none is an empty row. Throws RangeError beyond 2³¹ − 1 values in a matrix. */
  add(tokens: Iterable<string>): void;
  /**
   * The counts so far, without terms of fewer than `minDocuments` documents. Throws RangeError when that is not a whole
   * number above 0.
   */
  counts(minDocuments?: number): TermCounts;
}

/** Most values that 32-bit indices reach. */
const MOST_VALUES = 2 ** 31 - 1;

/**
 * Starts to count terms, in time linear in the tokens; memory holds two numbers per distinct term of each document, and
 * every term once.
 */
export function termCounter(): TermCounter {
  const idOf = new Map<string, number>();
  let ids = new Int32Array(1024);
  let counts = new Float32Array(1024);
  let stored = 0;
  const ends: number[] = [];
  return {
    add(tokens) {
      const own = new Map<number, number>();
      for (const token of tokens) {
        let id = idOf.get(token);
        if (id === undefined) {
          id = idOf.size;
          idOf.set(token, id);
        }
        own.set(id, (own.get(id) ?? 0) + 1);
      }
      const needed = stored + own.size;
      if (needed > MOST_VALUES) throw new RangeError('The documents have more than 2147483647 counts.');
      if (needed > ids.length) {
        const length = Math.min(MOST_VALUES, Math.max(needed, 2 * ids.length));
        ids = enlarge(ids, new Int32Array(length));
        counts = enlarge(counts, new Float32Array(length));
      }
      for (const [id, count] of own) {
        ids[stored] = id;
        counts[stored++] = count;
      }
      ends.push(stored);
    },
    counts(minDocuments = 1) {
      if (!Number.isSafeInteger(minDocuments) || minDocuments < 1)
        throw new RangeError(`minDocuments must be a whole number above 0, not ${minDocuments}.`);
      return sortColumns(
        [...idOf.keys()],
        ids.subarray(0, stored),
        counts.subarray(0, stored),
        ends,
        minDocuments,
      );
    },
  };
}

/** Counts the terms of documents; those of fewer than `minDocuments` are left out. */
export function countTerms(documents: Iterable<Iterable<string>>, minDocuments = 1): TermCounts {
  const counter = termCounter();
  for (const tokens of documents) counter.add(tokens);
  return counter.counts(minDocuments);
}

function enlarge<T extends Int32Array | Float32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Terms in order, and the columns of each row with them: transposed twice, which sorts without comparing. */
function sortColumns(
  found: string[],
  ids: Int32Array,
  counts: Float32Array,
  ends: readonly number[],
  minDocuments: number,
): TermCounts {
  const frequency = new Int32Array(found.length);
  for (const id of ids) frequency[id]++;
  const order = found
    .map((_, id) => id)
    .filter((id) => frequency[id] >= minDocuments)
    .sort((a, b) => byCodePoint(found[a], found[b]));
  const columnOf = new Int32Array(found.length).fill(-1);
  for (const [column, id] of order.entries()) columnOf[id] = column;
  const documentFrequency = Int32Array.from(order, (id) => frequency[id]);
  const kept = documentFrequency.reduce((sum, n) => sum + n, 0);

  const place = new Int32Array(order.length);
  for (let column = 1; column < order.length; column++)
    place[column] = place[column - 1] + documentFrequency[column - 1];
  const rowsByColumn = new Int32Array(kept);
  const countsByColumn = new Float32Array(kept);
  const indptr = new Int32Array(ends.length + 1);
  for (let row = 0, i = 0; row < ends.length; row++) {
    for (; i < ends[row]; i++) {
      const column = columnOf[ids[i]];
      if (column < 0) continue;
      rowsByColumn[place[column]] = row;
      countsByColumn[place[column]++] = counts[i];
      indptr[row + 1]++;
    }
  }
  for (let row = 0; row < ends.length; row++) indptr[row + 1] += indptr[row];
  const indices = new Int32Array(kept);
  const data = new Float32Array(kept);
  const next = indptr.slice(0, -1);
  for (let column = 0, i = 0; column < order.length; column++) {
    for (; i < place[column]; i++) {
      const target = next[rowsByColumn[i]]++;
      indices[target] = column;
      data[target] = countsByColumn[i];
    }
  }
  return {
    matrix: { rows: ends.length, columns: order.length, indptr, indices, data },
    terms: order.map((id) => found[id]),
    documentFrequency,
  };
}

/** Python's order of strings; JavaScript's own compares UTF-16 units and puts emoji before some Han. */
function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) !== b.charCodeAt(i)) {
      const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
      const surrogates = Number(isSurrogate(left)) - Number(isSurrogate(right));
      // A surrogate stands for a code point above every single unit; two of them compare as their units do.
      return surrogates || left - right;
    }
  }
  return a.length - b.length;
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

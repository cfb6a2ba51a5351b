/** Runs of tokens as terms, and documents counted by terms that are known. */
import type { SparseMatrix } from './term-counts.js';
import type { TextUnit } from './tokenize.js';

/** Every run of tokens of the given lengths, in order; words are joined with a space, characters without. */
export function ngrams(
  tokens: readonly string[],
  [shortest, longest]: readonly [number, number],
  unit: TextUnit,
): string[] {
  if (longest === 1) return [...tokens];
  const between = unit === 'character' ? '' : ' ';
  const runs: string[] = [];
  for (let length = shortest; length <= longest; length++)
    for (let start = 0; start + length <= tokens.length; start++)
      runs.push(tokens.slice(start, start + length).join(between));
  return runs;
}

/** Terms of a corpus. */
export interface CorpusTerms {
  /** Most frequent first, ties in order of first appearance. */
  terms: string[];
  /** Documents that have the term. */
  documentFrequency: Int32Array;
}

/** The most frequent terms of documents, at most `limit`, without those seen less than `minCount` times. */
export function frequentTerms(
  documents: Iterable<readonly string[]>,
  limit: number,
  minCount: number,
): CorpusTerms {
  const counts = new Map<string, { seen: number; documents: number; last: number }>();
  let document = 0;
  for (const terms of documents) {
    document++;
    for (const term of terms) {
      const known = counts.get(term);
      if (!known) counts.set(term, { seen: 1, documents: 1, last: document });
      else {
        known.seen++;
        if (known.last !== document) known.documents++;
        known.last = document;
      }
    }
  }
  const kept = [...counts]
    .filter(([, { seen }]) => seen >= minCount)
    .sort(([, a], [, b]) => b.seen - a.seen)
    .slice(0, limit);
  return {
    terms: kept.map(([term]) => term),
    documentFrequency: Int32Array.from(kept, ([, { documents }]) => documents),
  };
}

/** Counts known terms in documents, [documents × terms]; others are left out. */
export function countKnownTerms(
  documents: readonly (readonly string[])[],
  columnOf: ReadonlyMap<string, number>,
): SparseMatrix {
  const indptr = new Int32Array(documents.length + 1);
  const counted = documents.map((terms, row) => {
    const counts = new Map<number, number>();
    for (const term of terms) {
      const column = columnOf.get(term);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    indptr[row + 1] = indptr[row] + counts.size;
    return [...counts].sort(([a], [b]) => a - b);
  });
  const indices = new Int32Array(indptr[documents.length]);
  const data = new Float32Array(indptr[documents.length]);
  for (const [row, counts] of counted.entries()) {
    for (const [i, [column, count]] of counts.entries()) {
      indices[indptr[row] + i] = column;
      data[indptr[row] + i] = count;
    }
  }
  return { rows: documents.length, columns: columnOf.size, indptr, indices, data };
}

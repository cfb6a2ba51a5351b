import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countTerms, type SparseMatrix } from '../../src/text/term-counts.js';
import { type TfidfOptions, tfidf, topTerms } from '../../src/text/tfidf.js';
import { scikitTokens } from '../../src/text/tokenize.js';
import fc from '../fast-check.js';
import { needsShared, referenceJson } from '../reference.js';

interface ScikitCases {
  documents: string[];
  cases: {
    call: string;
    minDocuments: number;
    options: TfidfOptions;
    vocabulary: string[];
    /** Column and weight of what is not zero, by row. */
    rows: [number, number][][];
  }[];
}

const scikit = JSON.parse(
  readFileSync(new URL('./scikit-tfidf.json', import.meta.url), 'utf8'),
) as ScikitCases;

const rowsOf = ({ rows, indptr, indices, data }: SparseMatrix): [number, number][][] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from(indices.subarray(indptr[row], indptr[row + 1]), (column, i) => [
      column,
      data[indptr[row] + i],
    ]),
  );

/** Largest difference of stored values, relative to the expected ones; columns must be equal. */
function difference(actual: [number, number][][], expected: [number, number][][]): number {
  expect(actual.map((row) => row.map(([column]) => column))).toEqual(
    expected.map((row) => row.map(([column]) => column)),
  );
  return Math.max(
    ...expected.flatMap((row, i) => row.map(([, value], j) => Math.abs(actual[i][j][1] - value) / value)),
  );
}

const words: fc.Arbitrary<string[]> = fc.array(
  fc.constantFrom('sun', 'rain', 'love', '爱', '😀', '\uff5e', 'été'),
  {
    maxLength: 12,
  },
);
const corpus = fc.array(words, { maxLength: 8 });

describe('tfidf against scikit-learn', () => {
  it.each(scikit.cases)('equals $call', ({ minDocuments, options, vocabulary, rows }) => {
    const counts = countTerms(scikit.documents.map(scikitTokens), minDocuments);
    expect(counts.terms).toEqual(vocabulary);
    expect(difference(rowsOf(tfidf(counts, options)), rows)).toBeLessThan(1e-6);
  });

  it('equals the reference matrix', (ctx) => {
    needsShared(ctx);
    const { documents, vocabulary, matrix } = (
      referenceJson('reference', 'features', 'reference.json') as {
        tfidf_sklearn_default: { documents: string[]; vocabulary: string[]; matrix: number[][] };
      }
    ).tfidf_sklearn_default;
    // The reference counts single letters as words, unlike scikit-learn's default pattern.
    const single = (text: string): string[] => text.toLowerCase().match(/[\p{Letter}\p{Number}_]+/gu) ?? [];
    const counts = countTerms(documents.map(single));
    expect(counts.terms).toEqual(vocabulary);
    const expected = matrix.map((row) =>
      row.flatMap((value, column): [number, number][] => (value > 0 ? [[column, value]] : [])),
    );
    expect(difference(rowsOf(tfidf(counts)), expected)).toBeLessThan(1e-6);
  });
});

describe('tfidf', () => {
  it('weighs by hand', () => {
    // n = 2; "a" stands in both documents: idf 1; "b" in one: ln(3 / 2) + 1.
    const counts = countTerms([['a', 'a', 'b'], ['a']]);
    const b = Math.log(1.5) + 1;
    expect(rowsOf(tfidf(counts, { norm: null }))[0]).toEqual([
      [0, 2],
      [1, expect.closeTo(b, 6)],
    ]);
    expect(rowsOf(tfidf(counts, { norm: null, termFrequency: 'log' }))[0][0][1]).toBeCloseTo(
      1 + Math.log(2),
      6,
    );
    expect(rowsOf(tfidf(counts, { norm: null, termFrequency: 'max' }))[0][1][1]).toBeCloseTo(b / 2, 6);
    expect(rowsOf(tfidf(counts))[1]).toEqual([[0, 1]]);
  });

  it('has rows of length 1, or without values for documents without terms', () => {
    fc.assert(
      fc.property(corpus, fc.constantFrom('raw', 'log', 'max'), (documents, termFrequency) => {
        const matrix = tfidf(countTerms(documents), { termFrequency });
        for (const [i, row] of rowsOf(matrix).entries()) {
          const size = Math.hypot(...row.map(([, weight]) => weight));
          expect(size).toBeCloseTo(documents[i].length > 0 ? 1 : 0, 5);
          expect(row.every(([, weight]) => weight > 0)).toBe(true);
        }
      }),
    );
  });

  it('does not depend on the order of the documents', () => {
    fc.assert(
      fc.property(corpus, (documents) => {
        const forward = countTerms(documents);
        const backward = countTerms(documents.toReversed());
        expect(backward.terms).toEqual(forward.terms);
        expect(rowsOf(tfidf(backward)).toReversed()).toEqual(rowsOf(tfidf(forward)));
      }),
    );
  });

  it('refuses unknown variants', () => {
    const counts = countTerms([['a']]);
    expect(() => tfidf(counts, { norm: 'l3' as 'l2' })).toThrow(RangeError);
    expect(() => tfidf(counts, { termFrequency: 'x' as 'raw' })).toThrow(/raw, log, max/);
  });
});

describe('countTerms', () => {
  it('counts every token once, columns ascending by code point', () => {
    fc.assert(
      fc.property(corpus, (documents) => {
        const { matrix, terms, documentFrequency } = countTerms(documents);
        const points = terms.map((term) =>
          [...term].map((c) => c.codePointAt(0)!.toString(16).padStart(6, '0')).join(''),
        );
        expect(points).toEqual([...points].sort());
        expect(matrix.indptr.at(-1)).toBe(matrix.data.length);
        for (const [i, row] of rowsOf(matrix).entries()) {
          expect(row.map(([column]) => column)).toEqual(row.map(([column]) => column).sort((a, b) => a - b));
          const expected = new Map<string, number>();
          for (const word of documents[i]) expected.set(word, (expected.get(word) ?? 0) + 1);
          expect(new Map(row.map(([column, count]) => [terms[column], count]))).toEqual(expected);
        }
        expect([...documentFrequency]).toEqual(
          terms.map((term) => documents.filter((document) => document.includes(term)).length),
        );
      }),
    );
  });

  it('takes nothing at all, and terms that all are too rare', () => {
    expect(tfidf(countTerms([])).rows).toBe(0);
    const rare = countTerms([['a'], ['b'], []], 2);
    expect(rare.matrix).toMatchObject({ rows: 3, columns: 0 });
    expect(tfidf(rare).data).toHaveLength(0);
    expect(() => countTerms([], 0)).toThrow(RangeError);
  });

  it('counts words that are names of methods', () => {
    expect(countTerms([['constructor', '__proto__', 'constructor']]).terms).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  it('grows with the values, not with documents times terms', () => {
    const documents = Array.from({ length: 20_000 }, (_, i) => [`own${i}`, 'shared']);
    const { matrix } = countTerms(documents);
    expect([matrix.rows, matrix.columns, matrix.data.length]).toEqual([20_000, 20_001, 40_000]);
  });
});

describe('topTerms', () => {
  it('gives the heaviest first', () => {
    const counts = countTerms([
      ['rain', 'rain', 'sun', 'the'],
      ['the', 'moon'],
    ]);
    const top = topTerms(tfidf(counts), counts.terms, 0, 2);
    expect(top.map(({ term }) => term)).toEqual(['rain', 'sun']);
    expect(topTerms(tfidf(counts), counts.terms, 1, 9)).toHaveLength(2);
  });
});

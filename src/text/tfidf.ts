/** Term frequency times inverse document frequency (TF-IDF), sparse. */
import type { SparseMatrix, TermCounts } from './term-counts.js';

/** How a term's frequency f in a document counts. */
export const TERM_FREQUENCIES = ['raw', 'log', 'max'] as const;

/** `raw`: f. `log`: 1 + ln f. `max`: f over the frequency of the document's most frequent term. */
export type TermFrequency = (typeof TERM_FREQUENCIES)[number];

/** Settings of `tfidf`; the defaults are those of scikit-learn's `TfidfVectorizer`. */
export interface TfidfOptions {
  /** Default: `raw`. `max` divides a whole row by one number, so it differs from `raw` only with `norm: null`. */
  termFrequency?: TermFrequency;
  /** Whether terms of few documents weigh more. Default: true. */
  useIdf?: boolean;
  /** Whether document frequencies count as if one more document had every term. Default: true. */
  smoothIdf?: boolean;
  /** Length that every row is brought to: Euclidean, sum of absolute values, or none. Default: `l2`. */
  norm?: 'l2' | 'l1' | null;
}

/**
 * Weighs counts as scikit-learn's `TfidfTransformer`: the term frequency times ln(n / df) + 1, or ln((1 + n) / (1 +
 * df)) + 1 when smooth, then each row normalised; an empty document stays zeros. The maximum-normalised frequency is
 * that of Salton and Buckley (1988) without their constant. Throws RangeError for an unknown variant.
 */
export function tfidf(
  { matrix, documentFrequency }: TermCounts,
  { termFrequency = 'raw', useIdf = true, smoothIdf = true, norm = 'l2' }: TfidfOptions = {},
): SparseMatrix {
  if (!TERM_FREQUENCIES.includes(termFrequency))
    throw new RangeError(
      `termFrequency must be one of ${TERM_FREQUENCIES.join(', ')}, not "${termFrequency}".`,
    );
  if (norm !== 'l2' && norm !== 'l1' && norm !== null)
    throw new RangeError(`norm must be "l2", "l1" or null, not "${norm}".`);
  const idf = useIdf ? inverseDocumentFrequency(documentFrequency, matrix.rows, smoothIdf) : null;
  return weighCounts(matrix, idf, { termFrequency, norm });
}

/**
 * Weighs counts by known weights of the terms, such as those of other documents; null where every term weighs the same.
 */
export function weighCounts(
  matrix: SparseMatrix,
  idf: ArrayLike<number> | null,
  { termFrequency, norm }: Required<Pick<TfidfOptions, 'termFrequency' | 'norm'>>,
): SparseMatrix {
  const { rows, indptr, indices } = matrix;
  const data = new Float32Array(matrix.data.length);
  const longest = matrix.indptr.reduce((most, end, i) => Math.max(most, i > 0 ? end - indptr[i - 1] : 0), 0);
  const weights = new Float64Array(longest);
  for (let row = 0; row < rows; row++) {
    const start = indptr[row];
    const length = indptr[row + 1] - start;
    let most = 0;
    for (let i = 0; i < length; i++) most = Math.max(most, matrix.data[start + i]);
    let size = 0;
    for (let i = 0; i < length; i++) {
      const count = matrix.data[start + i];
      let weight = count;
      if (termFrequency === 'log') weight = 1 + Math.log(count);
      else if (termFrequency === 'max') weight = count / most;
      if (idf) weight *= idf[indices[start + i]];
      weights[i] = weight;
      size += norm === 'l2' ? weight * weight : weight;
    }
    if (norm === 'l2') size = Math.sqrt(size);
    for (let i = 0; i < length; i++) data[start + i] = norm === null ? weights[i] : weights[i] / size;
  }
  return { ...matrix, data };
}

/**
 * Weights of terms by the documents (at least 1) that have them: ln(n / df) + 1, or ln((1 + n) / (1 + df)) + 1 when
 * smooth.
 */
export function inverseDocumentFrequency(
  documentFrequency: Int32Array,
  documents: number,
  smooth: boolean,
): Float64Array {
  const more = smooth ? 1 : 0;
  return Float64Array.from(documentFrequency, (df) => Math.log((documents + more) / (df + more)) + 1);
}

/** A term and its weight. */
export interface WeightedTerm {
  term: string;
  weight: number;
}

/** The terms of a document that weigh most, heaviest first, ties in the order of the columns. */
export function topTerms(
  { indptr, indices, data }: SparseMatrix,
  terms: readonly string[],
  row: number,
  count: number,
): WeightedTerm[] {
  const own = Array.from(indices.subarray(indptr[row], indptr[row + 1]), (column, i) => ({
    term: terms[column],
    weight: data[indptr[row] + i],
  }));
  return own.sort((a, b) => b.weight - a.weight).slice(0, count);
}

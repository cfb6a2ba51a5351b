import { describe, expect, it } from 'vitest';
import { countKnownTerms, frequentTerms, ngrams } from '../../src/text/ngrams.js';
import { countTerms } from '../../src/text/term-counts.js';
import { inverseDocumentFrequency, tfidf, weighCounts } from '../../src/text/tfidf.js';

const DOCUMENTS = [['rain', 'on', 'rain'], ['sun', 'rain'], [], ['sun', 'on', 'sea']];

describe('ngrams', () => {
  it('joins words by spaces and characters by nothing', () => {
    expect(ngrams(['a', 'b', 'c'], [1, 2], 'word')).toEqual(['a', 'b', 'c', 'a b', 'b c']);
    expect(ngrams(['a', ' ', 'c'], [2, 3], 'character')).toEqual(['a ', ' c', 'a c']);
    expect(ngrams(['a'], [2, 3], 'word')).toEqual([]);
  });
});

describe('terms that are known', () => {
  it('keeps the most frequent ones, and counts their documents', () => {
    const { terms, documentFrequency } = frequentTerms(DOCUMENTS, 3, 2);
    expect(terms).toEqual(['rain', 'on', 'sun']);
    expect([...documentFrequency]).toEqual([2, 2, 2]);
    expect(frequentTerms(DOCUMENTS, 2, 1).terms).toEqual(['rain', 'on']);
  });

  it('gives the weights of TF-IDF for the documents that they come from', () => {
    const expected = tfidf(countTerms(DOCUMENTS), { termFrequency: 'log' });
    const counts = countTerms(DOCUMENTS);
    const columnOf = new Map(counts.terms.map((term, column) => [term, column]));
    const known = countKnownTerms(DOCUMENTS, columnOf);
    const idf = inverseDocumentFrequency(counts.documentFrequency, DOCUMENTS.length, true);
    expect(weighCounts(known, idf, { termFrequency: 'log', norm: 'l2' })).toEqual(expected);
  });

  it('leaves out what is not known', () => {
    const { data, indptr } = countKnownTerms([['snow'], ['snow', 'rain']], new Map([['rain', 0]]));
    expect([[...data], [...indptr]]).toEqual([[1], [0, 0, 1]]);
  });
});

import { describe, expect, it } from 'vitest';
import { buildVocabulary, encodeTokens, indexVocabulary, SPECIAL_TOKENS } from '../../src/text/vocabulary.js';
import fc from '../fast-check.js';

const token = fc.stringMatching(/^[a-e音乐]{1,2}$/u);
const texts = fc.array(fc.array(token, { maxLength: 20 }), { maxLength: 8 });

describe('buildVocabulary', () => {
  it('lists the most frequent tokens first, ties in order of first appearance', () => {
    const corpus = [['b', 'a', 'b'], ['c', 'a', 'b', 'd'], ['c']];
    expect(buildVocabulary(corpus, 100, 1)).toEqual([...SPECIAL_TOKENS, 'b', 'a', 'c', 'd']);
    expect(buildVocabulary(corpus, 100, 2)).toEqual([...SPECIAL_TOKENS, 'b', 'a', 'c']);
    expect(buildVocabulary(corpus, 5, 1)).toEqual([...SPECIAL_TOKENS, 'b', 'a']);
  });

  it('is the special tokens alone for no text and for a limit below them', () => {
    expect(buildVocabulary([], 100, 1)).toEqual([...SPECIAL_TOKENS]);
    expect(buildVocabulary([['a']], 1, 1)).toEqual([...SPECIAL_TOKENS]);
  });

  it('keeps to its limit and its least count, without repeating a token', () => {
    fc.assert(
      fc.property(
        texts,
        fc.integer({ min: 3, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (corpus, limit, least) => {
          const vocabulary = buildVocabulary(corpus, limit, least);
          expect(vocabulary.length).toBeLessThanOrEqual(limit);
          expect(new Set(vocabulary).size).toBe(vocabulary.length);
          const count = (word: string): number => corpus.flat().filter((other) => other === word).length;
          const counts = vocabulary.slice(SPECIAL_TOKENS.length).map(count);
          expect(counts.every((n, i) => n >= least && (i === 0 || n <= counts[i - 1]))).toBe(true);
          if (vocabulary.length < limit) {
            const left = corpus.flat().filter((word) => !vocabulary.includes(word));
            expect(left.every((word) => count(word) < least)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('encodeTokens', () => {
  const index = indexVocabulary([...SPECIAL_TOKENS, 'love', '音乐']);

  it('gives the start token, the ids, the unknown and the padding', () => {
    expect([...encodeTokens(['love', 'hate', '音乐'], index, 6)]).toEqual([2, 3, 1, 4, 0, 0]);
  });

  it('cuts a text that is too long', () => {
    expect([...encodeTokens(['love', 'love', '音乐'], index, 3)]).toEqual([2, 3, 3]);
    expect([...encodeTokens(['love'], index, 1)]).toEqual([2]);
  });

  it('is never wholly padding: no lyrics are the start token alone', () => {
    expect([...encodeTokens([], index, 4)]).toEqual([2, 0, 0, 0]);
  });

  it('gives back every known token in its place, and pads only after the text', () => {
    fc.assert(
      fc.property(
        texts,
        fc.array(token, { maxLength: 12 }),
        fc.integer({ min: 1, max: 10 }),
        (corpus, text, length) => {
          const vocabulary = buildVocabulary(corpus, 100, 1);
          const ids = encodeTokens(text, indexVocabulary(vocabulary), length);
          const kept = text.slice(0, length - 1);
          const expected = kept.map((word) => (vocabulary.includes(word) ? word : '<unknown>'));
          const padding = Array.from({ length: length - 1 - kept.length }, () => '<pad>');
          expect([...ids].map((id) => vocabulary[id])).toEqual(['<start>', ...expected, ...padding]);
        },
      ),
    );
  });
});

/** Word vectors: the mathematics against a plain transcription, the quality against gensim, the bytes against themselves. */
import { beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { CorpusBuilder, type CorpusIds } from '../../../src/text/embeddings/id-corpus.js';
import { layOut } from '../../../src/text/embeddings/layout.js';
import {
  ALGORITHMS,
  EMBEDDING_DEFAULTS,
  type EmbeddingSettings,
} from '../../../src/text/embeddings/settings.js';
import { aliasTable, keepChances } from '../../../src/text/embeddings/tables.js';
import { trainVectors } from '../../../src/text/files/embeddings/train.js';
import gensim from './gensim.json' with { type: 'json' };
import { plantedCorpus, plantedTexts, structureOf } from './planted.js';
import { referenceVectors } from './reference-word2vec.js';

const DIM = 24;
const settings = (more: Partial<EmbeddingSettings>): EmbeddingSettings => ({
  ...EMBEDDING_DEFAULTS,
  dim: DIM,
  sample: 0.01,
  workers: 1,
  ...more,
});
const digest = ({ vectors }: { vectors: Float32Array }): string =>
  Buffer.from(vectors.buffer).toString('base64');

let corpus: CorpusIds;
let small: CorpusIds;
beforeAll(() => {
  corpus = plantedCorpus();
  const builder = new CorpusBuilder();
  let texts = 0;
  for (const text of plantedTexts()) if (texts++ < 300) builder.add(text);
  small = builder.finish(2);
});

describe('tables', () => {
  const { words, sample } = gensim.tables;
  const rank = (word: string): number => corpus.words.indexOf(word);

  it('counts as gensim does', () => {
    expect(words.map(({ word }) => corpus.counts[rank(word)])).toEqual(words.map(({ count }) => count));
  });

  it('keep words by the chances of gensim', () => {
    const keep = keepChances(corpus.counts, sample);
    for (const { word, keep: expected } of words)
      expect(keep[rank(word)] / (2 ** 32 - 1)).toBeCloseTo(expected, 6);
    expect(keepChances(corpus.counts, 0).every((chance) => chance === 2 ** 32 - 1)).toBe(true);
  });

  it('draw noise by the distribution of gensim', () => {
    const table = aliasTable(corpus.counts.map((count) => count ** 0.75));
    const n = corpus.words.length;
    const chances = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const own = table[2 * i] / (2 ** 32 - 1);
      chances[i] += own / n;
      chances[table[2 * i + 1]] += (1 - own) / n;
    }
    for (const { word, noise } of words) expect(chances[rank(word)]).toBeCloseTo(noise, 7);
  });
});

describe.each(ALGORITHMS)('%s', (algorithm) => {
  // Dimensions that fill their vectors and that do not, one group of targets and several.
  it.each([
    { dim: 24, negative: 5, window: 5 },
    { dim: 7, negative: 2, window: 1 },
    { dim: 10, negative: 13, window: 3 },
  ])('computes what the plain transcription does: %j', async (sizes) => {
    const chosen = settings({ algorithm, ...sizes, epochs: 1, rate: [0.1, 0.1], sample: 0.02 });
    const { vectors } = await trainVectors(small, chosen);
    const expected = referenceVectors(small, chosen);
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - vectors[i])), 0);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0.2);
    // Single precision now and then meets the next entry of the sigmoid's table; a wrong term would be far off.
    expect(worst).toBeLessThan(5e-3 * largest);
  });

  it.each([1, 2])('finds the structure that gensim finds, with %i workers', async (workers) => {
    const { vectors, losses, done } = await trainVectors(corpus, settings({ algorithm, workers }));
    const found = structureOf(corpus.words, vectors, DIM);
    const expected = gensim[algorithm];
    expect(done).toBe(1);
    expect(losses).toHaveLength(5);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
    expect(found.same).toBeGreaterThan(expected.same - 0.01);
    expect(Math.abs(found.other - expected.other)).toBeLessThan(0.04);
    expect(Math.abs(found.length / expected.length - 1)).toBeLessThan(0.07);
  });

  it.each([1, 3])('gives the same bytes each time with %i workers', async (workers) => {
    const chosen = settings({ algorithm, workers, epochs: 2 });
    const first = digest(await trainVectors(corpus, chosen));
    expect(digest(await trainVectors(corpus, chosen))).toBe(first);
    expect(digest(await trainVectors(corpus, { ...chosen, seed: 2 }))).not.toBe(first);
    expect(digest(await trainVectors(corpus, { ...chosen, workers: 2 }))).not.toBe(first);
  });
});

it('stops when asked to and gives what is trained', async () => {
  const controller = new AbortController();
  const shares: number[] = [];
  const { done, vectors, losses } = await trainVectors(corpus, settings({ workers: 2, epochs: 10_000 }), {
    signal: controller.signal,
    onProgress: (share) => {
      shares.push(share);
      controller.abort();
    },
  });
  expect(shares.length).toBeGreaterThan(0);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(1);
  expect(losses.length).toBeLessThan(10_000);
  expect(vectors.every(Number.isFinite)).toBe(true);
  const before = await trainVectors(corpus, settings({}), { signal: AbortSignal.abort() });
  expect(before.done).toBeLessThan(1);
});

it('says what is too large to be addressed', () => {
  const huge = settings({ dim: 300, workers: 8 });
  expect(() => layOut(1_000_000, huge, 1000)).toThrow(UsageError);
  expect(() => layOut(1_000_000, huge, 1000)).toThrow(/4 GiB can be addressed; give fewer workers/);
});

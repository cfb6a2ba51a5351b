/** What decides how word vectors are trained. */

/** `skip-gram`: each word is predicted by the words around it, one by one; `cbow`: by their mean. */
export const ALGORITHMS = ['skip-gram', 'cbow'] as const;

/** An architecture of Mikolov et al. 2013. */
export type Algorithm = (typeof ALGORITHMS)[number];

/** Settings of word2vec; names and defaults are word2vec.c's and gensim's unless stated. */
export interface EmbeddingSettings {
  algorithm: Algorithm;
  /** Numbers of a vector. */
  dim: number;
  /** Words on either side that are looked at, at most: for each word a random number of 1 to this. */
  window: number;
  /** Words of noise for each prediction. */
  negative: number;
  /** Words of a larger share of the corpus than this are left out now and then; 0 for never. */
  sample: number;
  epochs: number;
  /** The learning rate falls from the first to the second, linearly. */
  rate: readonly [number, number];
  /** Threads; part of what the result depends on. */
  workers: number;
  seed: number;
}

/** Default settings. */
export const EMBEDDING_DEFAULTS: EmbeddingSettings = {
  algorithm: 'skip-gram',
  dim: 128,
  window: 5,
  negative: 5,
  sample: 1e-3,
  epochs: 5,
  rate: [0.025, 0.0001],
  workers: 2,
  seed: 1,
};

/** Exponent that the counts of words are raised to for the noise. */
export const NOISE_EXPONENT = 0.75;

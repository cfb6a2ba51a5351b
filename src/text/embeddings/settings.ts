/** Settings of the training of word vectors. */

/** `skip-gram`: each word is predicted by the words around it, one by one; `cbow`: by their mean. */
export const ALGORITHMS = ['skip-gram', 'cbow'] as const;

/** An architecture of Mikolov et al. 2013. */
export type Algorithm = (typeof ALGORITHMS)[number];

/** Settings of word2vec; names and defaults are word2vec.c's and gensim's unless stated. */
export interface EmbeddingSettings {
  algorithm: Algorithm;
  /** Numbers of a vector. */
  dim: number;
  /** Largest context on either side: for each word a random number from 1 to this. */
  window: number;
  /** Words of noise for each prediction. */
  negative: number;
  /** Words of a larger share of the corpus than this are sub-sampled; 0 for none. */
  sample: number;
  epochs: number;
  /** The learning rate falls from the first to the second, linearly. */
  rate: readonly [number, number];
  /** Threads; the result depends on their number. */
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

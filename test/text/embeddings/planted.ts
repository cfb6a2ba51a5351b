/** Texts with a structure that word vectors should find: words of a topic stand beside one another. */
import { randomGenerator } from '../../../src/base/random.js';
import { CorpusBuilder, type CorpusIds } from '../../../src/text/embeddings/id-corpus.js';
import { unitRows } from '../../../src/text/embeddings/word-vectors.js';

export const TOPICS = 12;
const TOPIC_WORDS = 12;
const COMMON = 30;
const TEXTS = 4000;
const LENGTH = 12;

/** Half of a text's words are common to all texts, half of the text's topic: `t3w7`. */
export function* plantedTexts(): Generator<string[]> {
  const random = randomGenerator(1, 'planted');
  for (let i = 0; i < TEXTS; i++) {
    const topic = random.integer(TOPICS);
    yield Array.from({ length: LENGTH }, () =>
      random.uniform() < 0.5
        ? `c${Math.floor(COMMON * random.uniform() ** 2)}`
        : `t${topic}w${Math.floor(TOPIC_WORDS * random.uniform() ** 2)}`,
    );
  }
}

/** The texts as ids. */
export function plantedCorpus(): CorpusIds {
  const builder = new CorpusBuilder();
  for (const text of plantedTexts()) builder.add(text);
  return builder.finish(1);
}

/** What vectors say of the topics. */
export interface Structure {
  /** Mean cosine similarity of two words of one topic. */
  same: number;
  /** Of words of two topics. */
  other: number;
  /** Mean length of a topic word's vector. */
  length: number;
}

/** Measures the structure. */
export function structureOf(words: readonly string[], vectors: Float32Array, dim: number): Structure {
  const unit = unitRows(vectors, dim);
  const topics = words.map((word) => /^t(\d+)w/.exec(word)?.[1]);
  const sums = { same: 0, other: 0 };
  const counts = { same: 0, other: 0 };
  const cosine = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += unit[a * dim + i] * unit[b * dim + i];
    return sum;
  };
  const rows = words.flatMap((_, i) => (topics[i] === undefined ? [] : [i]));
  for (const a of rows)
    for (const b of rows) {
      if (b <= a) continue;
      const kind = topics[a] === topics[b] ? 'same' : 'other';
      sums[kind] += cosine(a, b);
      counts[kind]++;
    }
  const lengths = rows.map((row) => Math.hypot(...vectors.subarray(row * dim, (row + 1) * dim)));
  return {
    same: sums.same / counts.same,
    other: sums.other / counts.other,
    length: lengths.reduce((a, b) => a + b) / lengths.length,
  };
}

/** Skip-gram and CBOW with negative sampling written down plainly, in double precision, drawing as the kernels draw. */
import { randomGenerator } from '../../../src/base/random.js';
import type { CorpusIds } from '../../../src/text/embeddings/id-corpus.js';
import type { EmbeddingSettings } from '../../../src/text/embeddings/settings.js';
import { aliasTable, keepChances } from '../../../src/text/embeddings/tables.js';

const FULL = 2 ** 32;

/** Trains one worker for one epoch on a corpus of less than a round. */
export function referenceVectors(
  { ids, counts }: CorpusIds,
  { algorithm, dim, window, negative, sample, rate: [rate], seed }: EmbeddingSettings,
): Float64Array {
  const words = counts.length;
  const start = randomGenerator(seed, 'embeddings', 'start');
  const inputs = Float64Array.from({ length: words * dim }, () => Math.fround((start.uniform() - 0.5) / dim));
  const outputs = new Float64Array(words * dim);
  const draw = randomGenerator(seed, 'embeddings', 'worker', 0);
  const [low, high] = [draw.integer(FULL), draw.integer(FULL)];
  let state = (BigInt(high) << 32n) | BigInt(low);
  const next = (): number => {
    state = (state * 25214903917n + 11n) & 0xffffffffffffffffn;
    return Number(state >> 32n);
  };
  const below = (n: number): number => Math.floor((next() * n) / FULL);
  const alias = aliasTable(counts.map((count) => count ** 0.75));
  const noise = (): number => {
    const word = below(words);
    return next() <= alias[2 * word] ? word : alias[2 * word + 1];
  };
  const keep = keepChances(counts, sample);
  const kept = [...ids].filter((id) => id < 0 || keep[id] === FULL - 1 || next() <= keep[id]);

  /** Moves the output vectors; gives what the input vector shall move by. */
  const learn = (input: Float64Array, word: number): Float64Array => {
    const targets = [word];
    for (let k = 0; k < negative; k++) {
      const other = noise();
      if (other !== word) targets.push(other);
    }
    const steps = targets.map((target, k) => {
      let product = 0;
      for (let i = 0; i < dim; i++) product += input[i] * outputs[target * dim + i];
      if (Math.abs(product) >= 6) return 0;
      const entry = Math.floor((product + 6) * (1000 / 12));
      const sigmoid = 1 / (1 + Math.exp(6 - ((entry + 0.5) * 12) / 1000));
      return ((k === 0 ? 1 : 0) - sigmoid) * rate;
    });
    const error = new Float64Array(dim);
    for (const [k, target] of targets.entries())
      for (let i = 0; i < dim; i++) {
        error[i] += steps[k] * outputs[target * dim + i];
        outputs[target * dim + i] += steps[k] * input[i];
      }
    return error;
  };
  const rowOf = (word: number): Float64Array => inputs.subarray(word * dim, (word + 1) * dim);
  const move = (word: number, error: Float64Array): void => {
    const row = rowOf(word);
    for (let i = 0; i < dim; i++) row[i] += error[i];
  };

  let begin = 0;
  while (begin < kept.length) {
    const end = kept.indexOf(-1, begin) < 0 ? kept.length : kept.indexOf(-1, begin);
    for (let i = begin; i < end; i++) {
      const reach = 1 + below(window);
      const context = [];
      for (let j = Math.max(begin, i - reach); j <= Math.min(end - 1, i + reach); j++)
        if (j !== i) context.push(kept[j]);
      if (algorithm === 'skip-gram') {
        for (const other of context) move(other, learn(rowOf(other), kept[i]));
      } else if (context.length > 0) {
        const mean = new Float64Array(dim);
        for (const other of context)
          for (let d = 0; d < dim; d++) mean[d] += rowOf(other)[d] / context.length;
        const error = learn(mean, kept[i]);
        for (const other of context) move(other, error);
      }
    }
    begin = end + 1;
  }
  return inputs;
}

/** Tables that the training kernels look up. */

const FULL = 2 ** 32 - 1;

/**
 * The chance of each word to stay when frequent words are sub-sampled, times 2^32 − 1: (√(f / (s·N)) + 1) · s·N / f for
 * a word seen f times among N, as in word2vec.c; s = 0 keeps everything.
 */
export function keepChances(counts: ArrayLike<number>, sample: number): Uint32Array {
  const threshold = sample * sum(counts);
  return Uint32Array.from(counts, (count) => {
    if (threshold === 0) return FULL;
    const chance = (Math.sqrt(count / threshold) + 1) * (threshold / count);
    return chance >= 1 ? FULL : Math.floor(chance * FULL);
  });
}

/**
 * The alias table [2n] of a distribution with weights ≥ 0 [n] (Walker 1977; built as Vose 1991): for each place the
 * chance of its own number times 2^32 − 1, then the stand-in.
 */
export function aliasTable(weights: Float64Array): Uint32Array {
  const n = weights.length;
  const scale = n / sum(weights);
  const scaled = weights.map((weight) => weight * scale);
  const table = new Uint32Array(2 * n);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < n; i++) (scaled[i] < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large.at(-1)!;
    table[2 * less] = Math.floor(scaled[less] * FULL);
    table[2 * less + 1] = more;
    scaled[more] -= 1 - scaled[less];
    if (scaled[more] < 1) small.push(large.pop()!);
  }
  // What is left differs from 1 by rounding alone.
  for (const i of [...small, ...large]) table.set([FULL, i], 2 * i);
  return table;
}

/** Beyond this the sigmoid counts as 0 or 1; the kernels have the same numbers. */
const LARGEST = 6;
const ENTRIES = 1000;

/** The sigmoid at the middle of equal steps of (−6, 6), then −log of the same, [2 × 1000]. */
export function sigmoidTable(): Float32Array {
  const table = new Float32Array(2 * ENTRIES);
  for (let i = 0; i < ENTRIES; i++) {
    const sigmoid = 1 / (1 + Math.exp(LARGEST - ((i + 0.5) * 2 * LARGEST) / ENTRIES));
    table[i] = sigmoid;
    table[ENTRIES + i] = -Math.log(sigmoid);
  }
  return table;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/**
 * Kernel-based supervised hashing (Liu, Wang, Ji, Jiang and Chang, "Supervised hashing with kernels", CVPR 2012): signs
 * of combinations of radial kernels, fitted so that the products of codes match which rows share a label.
 */
import { z } from 'zod';
import { randomGenerator } from '../../base/random.js';
import { stored } from '../baselines/classifier.js';
import { fittedValues, type HashLearner, type RowLabels } from './hasher.js';
import { labelPairs } from './pairs.js';
import { centred, columnMeans } from './principal.js';
import { supervisedBits } from './supervised-bits.js';

const options = z.strictObject({
  kind: z.literal('ksh').describe('Signs of combinations of radial kernels, fitted to the labels.'),
  anchors: z
    .int()
    .positive()
    .default(300)
    .describe('Training rows, drawn at random, whose kernels a code is made of; at most all rows.'),
  labelled: z
    .int()
    .positive()
    .default(1000)
    .describe(
      'Training rows with a label, drawn at random, whose pairs are learnt from; at most all of them.',
    ),
  steps: z
    .int()
    .min(0)
    .default(100)
    .describe('The most gradient steps for each bit; 0 leaves it at its spectral start.'),
});

/**
 * `anchors` [anchors × width], `bandwidth` [1] (the mean squared distance σ² of exp(−d²/2σ²)), `kernel_mean` [anchors],
 * `coefficients` [anchors × bits].
 */
export const ksh: HashLearner<typeof options> = {
  options,
  title: 'kernel-based supervised hashing',
  needsLabels: true,
  fit({ embeddings, rows, width, labels, bits, seed }, { anchors: most, labelled, steps }) {
    const drawn = (name: string, from: number[], count: number): number[] =>
      randomGenerator(seed, 'ksh', name).shuffle(from).slice(0, count);
    const all = Array.from({ length: rows }, (_, row) => row);
    const learnt = drawn('labelled', all.filter(hasLabel(labels!)), labelled);
    const anchors = rowsOf(embeddings, width, drawn('anchors', all, most));
    const kernel = distancesTo(rowsOf(embeddings, width, learnt), anchors, width);
    const bandwidth = Math.fround(kernel.reduce((sum, square) => sum + square, 0) / kernel.length || 1);
    for (let i = 0; i < kernel.length; i++) kernel[i] = Math.exp(-kernel[i] / (2 * bandwidth));
    const count = anchors.length / width;
    const mean = columnMeans(kernel, learnt.length, count);
    const coefficients = supervisedBits(
      centred(kernel, mean),
      labelPairs(labels!, learnt),
      { bits, steps },
      randomGenerator(seed, 'ksh', 'start'),
    );
    return new Map([
      ['anchors', stored([count, width], anchors)],
      ['bandwidth', stored([1], [bandwidth])],
      ['kernel_mean', stored([count], mean)],
      ['coefficients', stored([count, bits], coefficients)],
    ]);
  },
  bitValues(fitted, { width, bits }) {
    const count = fitted.get('kernel_mean')?.shape[0] ?? 0;
    const anchors = fittedValues(fitted, 'anchors', [count, width]);
    const [bandwidth] = fittedValues(fitted, 'bandwidth', [1]);
    const mean = fittedValues(fitted, 'kernel_mean', [count]);
    const coefficients = Float64Array.from(fittedValues(fitted, 'coefficients', [count, bits]));
    return (embeddings, at, values) => {
      values.fill(0);
      const squares = distancesTo(embeddings.subarray(at, at + width), anchors, width);
      for (let anchor = 0; anchor < count; anchor++) {
        const kernel = Math.exp(-squares[anchor] / (2 * bandwidth)) - mean[anchor];
        const row = anchor * bits;
        for (let bit = 0; bit < bits; bit++) values[bit] += kernel * coefficients[row + bit];
      }
    };
  },
};

const hasLabel =
  ({ targets, count }: RowLabels) =>
  (row: number): boolean =>
    targets.subarray(row * count, (row + 1) * count).includes(1);

function rowsOf(embeddings: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    taken.set(embeddings.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}

/** Squared distances of rows to anchors, row-major [rows × anchors]. */
function distancesTo(rows: Float32Array, anchors: Float32Array, width: number): Float64Array {
  const count = anchors.length / width;
  const squares = new Float64Array((rows.length / width) * count);
  for (let i = 0; i < squares.length; i++) {
    const a = Math.floor(i / count) * width;
    const b = (i % count) * width;
    let sum = 0;
    for (let column = 0; column < width; column++) {
      const difference = rows[a + column] - anchors[b + column];
      sum += difference * difference;
    }
    squares[i] = sum;
  }
  return squares;
}

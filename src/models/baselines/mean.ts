/** The mean of each number in the training split, whatever the features: what any model has to beat. */
import { z } from 'zod';
import { BASELINE_FEATURES, type ClassifierKind, stored } from './classifier.js';
import { linearOutputs } from './linear.js';

const options = z.strictObject({
  kind: z.literal('mean').describe('Always predicts the mean of the training split.'),
});

export const mean: ClassifierKind<typeof options> = {
  options,
  title: 'the mean of the training split',
  features: BASELINE_FEATURES,
  predicts: 'numbers',
  fit: async ({ x, numbers, count }) =>
    new Map([
      ['weights', stored([x.columns, count], new Float32Array(x.columns * count))],
      [
        'intercepts',
        stored(
          [count],
          Array.from({ length: count }, (_, target) => knownNumbers(numbers!, count, target).mean),
        ),
      ],
    ]),
  scores: (fitted, x) => linearOutputs(fitted, x).values,
};

/** The rows where a number of row-major [rows × count] is known, the values there, and their mean (0 without any). */
export function knownNumbers(
  numbers: Float64Array,
  count: number,
  target: number,
): { rows: number[]; values: number[]; mean: number } {
  const all = Array.from({ length: numbers.length / count }, (_, row) => numbers[row * count + target]);
  const rows = [...all.keys()].filter((row) => !Number.isNaN(all[row]));
  const values = rows.map((row) => all[row]);
  return { rows, values, mean: values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length) };
}

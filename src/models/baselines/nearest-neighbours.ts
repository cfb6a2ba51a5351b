/** The k nearest neighbours (Cover and Hart 1967) by Euclidean distance, as scikit-learn's KNeighborsClassifier. */
import { z } from 'zod';
import { type ClassifierKind, stored } from './classifier.js';
import { oneOrMore } from './grid.js';
import { denseValues, squaredDistances } from './rows.js';

const options = z.strictObject({
  kind: z.literal('k-nn'),
  k: oneOrMore(z.int().positive(), [1, 3, 5, 9, 15]).describe(
    'Number of neighbours; the best of several by the validation part.',
  ),
});

export const nearestNeighbours: ClassifierKind<typeof options, { k: number }> = {
  options,
  title: 'k nearest neighbours',
  features: ['mfcc'],
  async fit({ x, targets, count, onNote }, { k }) {
    if (k > x.rows)
      onNote(`${k} neighbours are more than the ${x.rows} training tracks: all of them are asked.`);
    return new Map([
      ['rows', stored([x.rows, x.columns], denseValues(x))],
      ['targets', stored([x.rows, count], targets)],
      ['k', stored([1], [Math.min(k, x.rows)])],
    ]);
  },
  scores(fitted, x, { count }) {
    const { shape, values } = fitted.get('rows')!;
    const targets = fitted.get('targets')!.values;
    const k = fitted.get('k')!.values[0];
    const distances = new Float64Array(shape[0]);
    const order = Int32Array.from(distances, (_, row) => row);
    const asked = denseValues(x);
    const scores = new Float64Array(x.rows * count);
    for (let row = 0; row < x.rows; row++) {
      squaredDistances(values, x.columns, asked.subarray(row * x.columns, (row + 1) * x.columns), distances);
      order.sort((a, b) => distances[a] - distances[b] || a - b);
      for (let n = 0; n < k; n++)
        for (let label = 0; label < count; label++)
          scores[row * count + label] += targets[order[n] * count + label] / k;
    }
    return scores;
  },
};

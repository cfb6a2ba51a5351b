/** The k nearest neighbours (Cover and Hart 1967) by Euclidean distance, as scikit-learn's KNeighborsClassifier. */
import { z } from 'zod';
import { type ClassifierKind, SOUND_FEATURES, stored } from './classifier.js';
import { oneOrMore } from './grid.js';
import { denseValues, squaredDistances } from './rows.js';

const options = z.strictObject({
  kind: z.literal('k-nn').describe('Nearest neighbours.'),
  k: oneOrMore(z.int().positive(), [1, 3, 5, 9, 15]).describe(
    'Number of neighbours; the best of several by the validation split.',
  ),
});

export const nearestNeighbours: ClassifierKind<typeof options, { k: number }> = {
  options,
  title: 'k nearest neighbours',
  features: SOUND_FEATURES,
  async fit({ x, targets, count, onNote }, { k }) {
    if (k > x.rows)
      onNote(`${k} neighbours are more than the ${x.rows} training tracks: all of them are used.`);
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
    const nearest = new Int32Array(k);
    const asked = denseValues(x);
    const scores = new Float64Array(x.rows * count);
    for (let row = 0; row < x.rows; row++) {
      squaredDistances(values, x.columns, asked.subarray(row * x.columns, (row + 1) * x.columns), distances);
      findSmallest(distances, nearest);
      for (let n = 0; n < k; n++)
        for (let label = 0; label < count; label++)
          scores[row * count + label] += targets[nearest[n] * count + label] / k;
    }
    return scores;
  },
};

/** Writes the positions of the smallest values, in order, the first of equals first: no more than a few are wanted. */
function findSmallest(values: Float64Array, positions: Int32Array): void {
  const wanted = positions.length;
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    if (found === wanted && values[i] >= values[positions[wanted - 1]]) continue;
    let at = found < wanted ? found++ : wanted - 1;
    for (; at > 0 && values[positions[at - 1]] > values[i]; at--) positions[at] = positions[at - 1];
    positions[at] = i;
  }
}

import { describe, expect, it } from 'vitest';
import type { ClassifierKind, TrainingRows } from '../../../src/models/baselines/classifier.js';
import { mean } from '../../../src/models/baselines/mean.js';
import { ridge } from '../../../src/models/baselines/ridge.js';
import { fullRows } from '../../../src/models/baselines/rows.js';
import { COLUMNS, golden, referenceFeatures, referenceNumbers } from '../../eval/regression/reference.js';

const x = fullRows(referenceFeatures(), COLUMNS);
const rows: TrainingRows = {
  ...{ x, count: 3, exclusive: false, targets: new Uint8Array(0), seed: 1 },
  numbers: referenceNumbers().targets,
  onNote: () => {},
  yieldToEventLoop: async () => {},
};

describe('ridge regression', () => {
  it.each(['0.5', '50'] as const)(
    'has scikit-learn’s weights at alpha %s, without missing rows',
    async (alpha) => {
      const fitted = await ridge.fit(rows, { alpha: Number(alpha) }, true);
      const weights = fitted.get('weights')!.values;
      const intercepts = fitted.get('intercepts')!.values;
      for (const [target, expected] of golden.ridge[alpha].entries()) {
        const size = golden.targets[target].deviation;
        expect(Math.abs(intercepts[target] - expected.intercept) / size).toBeLessThan(1e-5);
        for (const [column, weight] of expected.weights.entries())
          expect(Math.abs(weights[column * 3 + target] - weight) / size, `${column}`).toBeLessThan(1e-5);
      }
    },
  );

  it('predicts a linear function of its columns', async () => {
    const numbers = Float64Array.from({ length: x.rows }, (_, row) => 3 * x.data[row * COLUMNS] - 200);
    const fitted = await ridge.fit({ ...rows, count: 1, numbers }, { alpha: 1e-4 }, true);
    const said = ridge.scores(fitted, x, { count: 1, exclusive: false });
    for (const [row, value] of said.entries()) expect(value).toBeCloseTo(numbers[row], 2);
  });

  it('of a number that does not vary gives this number', async () => {
    const numbers = new Float64Array(x.rows).fill(7);
    const fitted = await ridge.fit({ ...rows, count: 1, numbers }, { alpha: 1 }, true);
    for (const value of ridge.scores(fitted, x, { count: 1, exclusive: false })) expect(value).toBe(7);
  });
});

it('the mean of the training split is that of the known values, for every row', async () => {
  const kind = mean as unknown as ClassifierKind;
  const fitted = await kind.fit(rows, {}, true);
  const said = kind.scores(fitted, x, rows);
  expect(said).toHaveLength(3 * x.rows);
  for (const [target, { mean: expected }] of golden.targets.entries())
    expect(said[3 * 17 + target]).toBeCloseTo(expected, 4);
});

/** Ridge regression, each number by itself: least squares with an L2 penalty, as scikit-learn's `Ridge`. */
import { z } from 'zod';
import { BASELINE_FEATURES, type ClassifierKind, type TrainingRows } from './classifier.js';
import { oneOrMore } from './grid.js';
import { fitLinear, type LinearSolution, labelWeights, linearOutputs, linearWeights } from './linear.js';
import { knownNumbers } from './mean.js';
import { selectRows } from './rows.js';

const options = z.strictObject({
  kind: z.literal('ridge').describe('Ridge regression, for numbers.'),
  alpha: oneOrMore(z.number().positive(), [0.1, 1, 10, 100]).describe(
    'Strength of the L2 penalty; the best of several by the validation split.',
  ),
});

export const ridge: ClassifierKind<typeof options, { alpha: number }> = {
  options,
  title: 'ridge regression',
  features: BASELINE_FEATURES,
  predicts: 'numbers',
  async fit(rows, { alpha }, final) {
    const solutions: LinearSolution[] = [];
    for (let target = 0; target < rows.count; target++) {
      await rows.yieldToEventLoop();
      solutions.push(fitTarget(rows, target, alpha, final));
    }
    if (solutions.some(({ converged }) => !converged))
      rows.onNote(`Ridge regression with alpha ${alpha} stopped before it had converged.`);
    return linearWeights(rows.x.columns, solutions);
  },
  scores: (fitted, x) => linearOutputs(fitted, x).values,
  weights: labelWeights,
};

/** Fitted to deviations from the mean in units of their size, so that the tolerance is the same for every unit. */
function fitTarget(
  { x, numbers, count }: TrainingRows,
  target: number,
  alpha: number,
  final: boolean,
): LinearSolution {
  const { rows, values, mean } = knownNumbers(numbers!, count, target);
  const size =
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length)) || 1;
  const truth = values.map((value) => (value - mean) / size);
  const { weights, intercepts, converged } = fitLinear({
    x: rows.length === x.rows ? x : selectRows(x, rows),
    outputs: 1,
    loss(row, outputs, slopes) {
      slopes[0] = outputs[0] - truth[row];
      return slopes[0] ** 2 / 2;
    },
    C: 1 / alpha,
    ...{ penaliseIntercept: false, curvature: 1, final },
  });
  return {
    weights: weights.map((weight) => weight * size),
    intercepts: intercepts.map((intercept) => intercept * size + mean),
    converged,
  };
}

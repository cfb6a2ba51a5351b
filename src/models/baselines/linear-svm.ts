/** Linear support vector machine with squared hinge loss, one class or tag against the rest; as scikit-learn's LinearSVC. */
import { z } from 'zod';
import { BASELINE_FEATURES, type ClassifierKind } from './classifier.js';
import { oneOrMore } from './grid.js';
import {
  fitLinear,
  type LinearSolution,
  labelWeights,
  linearOutputs,
  linearWeights,
  type RowLoss,
} from './linear.js';
import { fitMargins, type Margin, marginProbabilities } from './margins.js';
import { addRowTimes } from './rows.js';

const options = z.strictObject({
  kind: z.literal('linear-svm').describe('Linear support vector machine.'),
  C: oneOrMore(z.number().positive(), [0.1, 1, 10]).describe(
    'Weight of the losses against the L2 penalty; the best of several by the validation split.',
  ),
});

export const linearSvm: ClassifierKind<typeof options, { C: number }> = {
  options,
  title: 'linear SVM',
  features: BASELINE_FEATURES,
  async fit(rows, { C }, final) {
    const { columns } = rows.x;
    const { solutions, sigmoids } = await fitMargins(rows, margin(C, rows.onNote), final);
    const nothing: LinearSolution = {
      weights: new Float64Array(columns),
      intercepts: new Float64Array(1),
      converged: true,
    };
    return new Map([
      ...linearWeights(
        columns,
        solutions.map((solution) => solution ?? nothing),
      ),
      ...sigmoids,
    ]);
  },
  scores: (fitted, x, labels) => marginProbabilities(fitted, linearOutputs(fitted, x).values, labels),
  weights: labelWeights,
};

// liblinear penalises the intercept too: it is the weight of a column of ones. The loss is smooth, so that the solver of
// the regression finds the minimum that liblinear's coordinate descent approaches.
const margin = (C: number, onNote: (note: string) => void): Margin<LinearSolution> => ({
  fit: async (x, positive, final) => {
    const solution = fitLinear({
      x,
      outputs: 1,
      loss: squaredHinge(positive),
      C,
      penaliseIntercept: true,
      curvature: 2,
      final,
    });
    if (!solution.converged) onNote(`The linear SVM with C ${C} stopped before it had converged.`);
    return solution;
  },
  decide: ({ weights, intercepts }, x) => {
    const values = new Float64Array(x.rows).fill(intercepts[0]);
    for (let row = 0; row < x.rows; row++) addRowTimes(x, row, weights, 1, values.subarray(row, row + 1));
    return values;
  },
});

const squaredHinge =
  (positive: Uint8Array): RowLoss =>
  (row, outputs, slopes) => {
    const sign = positive[row] === 1 ? 1 : -1;
    const short = Math.max(0, 1 - sign * outputs[0]);
    slopes[0] = -2 * sign * short;
    return short * short;
  };

/** Logistic regression with an L2 penalty: multinomial over classes, one by one for tags; as scikit-learn's. */
import { z } from 'zod';
import { BASELINE_FEATURES, type ClassifierKind, type TrainingRows } from './classifier.js';
import { oneOrMore } from './grid.js';
import {
  fitLinear,
  type LinearSolution,
  labelWeights,
  linearOutputs,
  linearWeights,
  type RowLoss,
} from './linear.js';
import {
  type BinaryProblem,
  constantLabels,
  labelProbabilities,
  logistic,
  oneVsRestProblems,
  softmaxRows,
} from './outputs.js';

const options = z.strictObject({
  kind: z.literal('logistic-regression').describe('Logistic regression.'),
  C: oneOrMore(z.number().positive(), [0.1, 1, 10]).describe(
    'Inverse of the strength of the L2 penalty; the best of several by the validation split.',
  ),
});

export const logisticRegression: ClassifierKind<typeof options, { C: number }> = {
  options,
  title: 'logistic regression',
  features: BASELINE_FEATURES,
  async fit(rows, { C }, final) {
    const multinomial = rows.exclusive && rows.count > 2;
    const solutions = multinomial ? [fitClasses(rows, C, final)] : await fitTags(rows, C, final);
    if (solutions.some(({ converged }) => !converged))
      rows.onNote(`Logistic regression with C ${C} stopped before it had converged.`);
    return linearWeights(rows.x.columns, solutions);
  },
  scores(fitted, x, labels) {
    const { values, outputs } = linearOutputs(fitted, x);
    if (labels.exclusive && outputs === labels.count) return softmaxRows(values, outputs);
    return labelProbabilities(values.map(logistic), labels);
  },
  weights: labelWeights,
};

/** Largest second derivative of the loss. */
const CURVATURE = 0.25;

function fitClasses({ x, targets, count }: TrainingRows, C: number, final: boolean): LinearSolution {
  const loss: RowLoss = (row, outputs, slopes) => {
    let highest = -Infinity;
    for (let k = 0; k < count; k++) highest = Math.max(highest, outputs[k]);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      slopes[k] = Math.exp(outputs[k] - highest);
      sum += slopes[k];
    }
    let right = 0;
    for (let k = 0; k < count; k++) {
      const target = targets[row * count + k];
      slopes[k] = slopes[k] / sum - target;
      right += target * outputs[k];
    }
    return highest + Math.log(sum) - right;
  };
  return fitLinear({ x, outputs: count, loss, C, penaliseIntercept: false, curvature: CURVATURE, final });
}

async function fitTags(rows: TrainingRows, C: number, final: boolean): Promise<LinearSolution[]> {
  const { x, onNote, yieldToEventLoop } = rows;
  const problems = oneVsRestProblems(rows);
  const note = constantLabels(problems, x.rows);
  if (note) onNote(note);
  const solutions: LinearSolution[] = [];
  for (const { positive, positives } of problems) {
    await yieldToEventLoop();
    solutions.push(
      positives === 0 || positives === x.rows
        ? constant(x.columns, positives > 0)
        : fitLinear({
            x,
            outputs: 1,
            loss: binaryLoss(positive),
            C,
            penaliseIntercept: false,
            curvature: CURVATURE,
            final,
          }),
    );
  }
  return solutions;
}

const binaryLoss =
  (positive: BinaryProblem['positive']): RowLoss =>
  (row, outputs, slopes) => {
    const sign = positive[row] === 1 ? 1 : -1;
    const margin = sign * outputs[0];
    slopes[0] = -sign * logistic(-margin);
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  };

/** A log-odds beyond which single precision says 0 or 1. */
const CERTAIN = 20;

const constant = (columns: number, yes: boolean): LinearSolution => ({
  weights: new Float64Array(columns),
  intercepts: Float64Array.of(yes ? CERTAIN : -CERTAIN),
  converged: true,
});

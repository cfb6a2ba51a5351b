/** Linear models: one weight per column and output, and an intercept, found by L-BFGS. */
import type { SparseMatrix } from '../../text/term-counts.js';
import { type Fitted, type Labels, stored } from './classifier.js';
import { minimise } from './lbfgs.js';
import { addOuterProduct, addRowTimes } from './rows.js';

/** Loss of one row: writes the derivatives by its outputs into `slopes`, and gives the loss. */
export type RowLoss = (row: number, outputs: Float64Array, slopes: Float64Array) => number;

/** The problem that is fitted. */
export interface LinearProblem {
  x: SparseMatrix;
  outputs: number;
  loss: RowLoss;
  /** Inverse of the strength of the penalty: C of scikit-learn and liblinear. */
  C: number;
  /** Whether the intercepts are penalised as the weights are (liblinear), or not at all. */
  penaliseIntercept: boolean;
  /** Largest second derivative of the loss by an output. */
  curvature: number;
  /** Whether the solution is kept; one that only chooses a setting or calibrates need not be as near to the minimum. */
  final: boolean;
}

/** Weights row-major [columns × outputs], intercepts [outputs]. */
export interface LinearSolution {
  weights: Float64Array;
  intercepts: Float64Array;
  converged: boolean;
}

/** Of the gradient of the mean loss, where the solution is kept and where it is not. */
const TOLERANCE = { final: 1e-7, passing: 1e-5 };

/** Near the minimum, the loss of most rows is curved less than at most; this share halves the steps that are needed. */
const CURVED_SHARE = 0.1;

const MAX_ITERATIONS = 2000;

/** Minimises the mean loss plus |w|² / (2 C rows), which has the minimum of scikit-learn's C Σ loss + |w|² / 2. */
export function fitLinear({
  x,
  outputs,
  loss,
  C,
  penaliseIntercept,
  curvature,
  final,
}: LinearProblem): LinearSolution {
  const { rows, columns } = x;
  const weightCount = columns * outputs;
  const penalised = penaliseIntercept ? weightCount + outputs : weightCount;
  const penalty = 1 / (C * rows);
  const said = new Float64Array(outputs);
  const slopes = new Float64Array(outputs);
  const { point, converged } = minimise(
    (parameters, gradient) => {
      let sum = 0;
      gradient.fill(0);
      for (let row = 0; row < rows; row++) {
        for (let k = 0; k < outputs; k++) said[k] = parameters[weightCount + k];
        addRowTimes(x, row, parameters, outputs, said);
        sum += loss(row, said, slopes);
        for (let k = 0; k < outputs; k++) {
          slopes[k] /= rows;
          gradient[weightCount + k] += slopes[k];
        }
        addOuterProduct(x, row, slopes, outputs, gradient);
      }
      let squares = 0;
      for (let i = 0; i < penalised; i++) {
        squares += parameters[i] * parameters[i];
        gradient[i] += penalty * parameters[i];
      }
      return sum / rows + (penalty / 2) * squares;
    },
    new Float64Array(weightCount + outputs),
    {
      tolerance: final ? TOLERANCE.final : TOLERANCE.passing,
      maxIterations: MAX_ITERATIONS,
      inverseDiagonal: inverseCurvatures(x, outputs, CURVED_SHARE * curvature, penalty),
    },
  );
  return { weights: point.slice(0, weightCount), intercepts: point.slice(weightCount), converged };
}

/** For each weight and intercept, one over about the second derivative of what is minimised: columns differ in scale. */
function inverseCurvatures(
  { rows, columns, indices, data }: SparseMatrix,
  outputs: number,
  curvature: number,
  penalty: number,
): Float64Array {
  const squares = new Float64Array(columns + 1);
  for (let i = 0; i < data.length; i++) squares[indices[i]] += (data[i] * data[i]) / rows;
  squares[columns] = 1;
  return Float64Array.from(
    { length: (columns + 1) * outputs },
    (_, i) => 1 / (curvature * squares[Math.floor(i / outputs)] + penalty),
  );
}

/**
 * Stores a linear model as `weights` [columns, outputs] and `intercepts` [outputs]; `solutions`: one of all outputs, or
 * one per output.
 */
export function linearWeights(columns: number, solutions: readonly LinearSolution[]): Fitted {
  const outputs = solutions.reduce((sum, { intercepts }) => sum + intercepts.length, 0);
  const weights = new Float32Array(columns * outputs);
  const intercepts = new Float32Array(outputs);
  let at = 0;
  for (const solution of solutions) {
    const own = solution.intercepts.length;
    for (let c = 0; c < columns; c++)
      for (let k = 0; k < own; k++) weights[c * outputs + at + k] = solution.weights[c * own + k];
    intercepts.set(solution.intercepts, at);
    at += own;
  }
  return new Map([
    ['weights', stored([columns, outputs], weights)],
    ['intercepts', stored([outputs], intercepts)],
  ]);
}

/** The outputs of a linear model for [rows × columns], row-major [rows × outputs]. */
export function linearOutputs(fitted: Fitted, x: SparseMatrix): { values: Float64Array; outputs: number } {
  const weights = fitted.get('weights')!.values;
  const intercepts = fitted.get('intercepts')!.values;
  const outputs = intercepts.length;
  const values = new Float64Array(x.rows * outputs);
  for (let row = 0; row < x.rows; row++) {
    const said = values.subarray(row * outputs, (row + 1) * outputs);
    said.set(intercepts);
    addRowTimes(x, row, weights, outputs, said);
  }
  return { values, outputs };
}

/**
 * The weights of a linear model by label, row-major [columns × labels]; of two classes with one output, the first has
 * the second's with the other sign.
 */
export function labelWeights(fitted: Fitted, { count }: Labels): Float64Array {
  const { shape, values } = fitted.get('weights')!;
  if (shape[1] === count) return Float64Array.from(values);
  const both = new Float64Array(shape[0] * 2);
  for (let c = 0; c < shape[0]; c++) {
    both[2 * c] = -values[c];
    both[2 * c + 1] = values[c];
  }
  return both;
}

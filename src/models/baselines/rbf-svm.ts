/** Support vector machine with a Gaussian (RBF) kernel, one class or tag against the rest; decision values as libsvm's. */
import { z } from 'zod';
import { type ClassifierKind, SOUND_FEATURES, stored } from './classifier.js';
import { oneOrMore } from './grid.js';
import { kernelRows, scaledGamma } from './kernel.js';
import { fitMargins, type Margin, marginProbabilities } from './margins.js';
import { denseValues, squaredDistances } from './rows.js';
import { type SmoSolution, solveSmo } from './smo.js';

const options = z.strictObject({
  kind: z.literal('svm-rbf').describe('Support vector machine with a Gaussian kernel.'),
  C: oneOrMore(z.number().positive(), [0.1, 1, 10]).describe(
    'Weight of the losses; the best of several by the validation split.',
  ),
  gamma: oneOrMore(z.union([z.number().positive(), z.literal('scale')]), ['scale']).describe(
    'Inverse of the squared width of the kernel; scale: 1 / (columns × variance).',
  ),
});

/** A solution with the rows that it refers to. */
interface KernelSolution extends SmoSolution {
  values: Float32Array;
}

export const rbfSvm: ClassifierKind<typeof options, { C: number; gamma: number | 'scale' }> = {
  options,
  title: 'SVM with RBF kernel',
  features: SOUND_FEATURES,
  async fit(rows, { C, gamma: wanted }, final) {
    const { x, onNote, yieldToEventLoop } = rows;
    const values = denseValues(x);
    const gamma = Math.fround(wanted === 'scale' ? scaledGamma(values, x.columns) : wanted);
    // The problems of all labels share the kernel of the training rows.
    const shared = kernelRows(values, x.columns, gamma);
    const margin: Margin<KernelSolution> = {
      async fit(part, positive) {
        const own = part === x ? values : denseValues(part);
        const solution = await solveSmo({
          kernelRow: part === x ? shared : kernelRows(own, x.columns, gamma),
          diagonal: new Float64Array(part.rows).fill(1),
          positive,
          C,
          yieldToEventLoop,
        });
        if (!solution.converged) onNote(`The SVM with C ${C} stopped before it had converged.`);
        return { ...solution, values: own };
      },
      decide: ({ values: own, coefficients, intercept }, others) =>
        decisionValues(own, coefficients, Float64Array.of(intercept), gamma, denseValues(others), x.columns),
    };
    const { solutions, sigmoids } = await fitMargins(rows, margin, final);
    const outputs = solutions.length;
    const support = Array.from({ length: x.rows }, (_, row) => row).filter((row) =>
      solutions.some((solution) => solution !== null && solution.coefficients[row] !== 0),
    );
    const vectors = support.flatMap((row) => [...values.subarray(row * x.columns, (row + 1) * x.columns)]);
    const coefficients = support.flatMap((row) =>
      solutions.map((solution) => solution?.coefficients[row] ?? 0),
    );
    return new Map([
      ['support_vectors', stored([support.length, x.columns], vectors)],
      ['coefficients', stored([support.length, outputs], coefficients)],
      [
        'intercepts',
        stored(
          [outputs],
          solutions.map((solution) => solution?.intercept ?? 0),
        ),
      ],
      ['gamma', stored([1], [gamma])],
      ...sigmoids,
    ]);
  },
  scores(fitted, x, labels) {
    const decisions = decisionValues(
      fitted.get('support_vectors')!.values,
      fitted.get('coefficients')!.values,
      fitted.get('intercepts')!.values,
      fitted.get('gamma')!.values[0],
      denseValues(x),
      x.columns,
    );
    return marginProbabilities(fitted, decisions, labels);
  },
};

/**
 * Σ coefficient · kernel + intercept for each of the row-major [rows × columns] `asked`, [rows × problems]; `vectors`
 * [vectors × columns] and `coefficients` [vectors × problems] are row-major.
 */
export function decisionValues(
  vectors: Float32Array,
  coefficients: ArrayLike<number>,
  intercepts: ArrayLike<number>,
  gamma: number,
  asked: Float32Array,
  columns: number,
): Float64Array {
  const problems = intercepts.length;
  const distances = new Float64Array(vectors.length / columns);
  const rows = asked.length / columns;
  const values = new Float64Array(rows * problems);
  for (let row = 0; row < rows; row++) {
    squaredDistances(vectors, columns, asked.subarray(row * columns, (row + 1) * columns), distances);
    const own = values.subarray(row * problems, (row + 1) * problems);
    own.set(Float64Array.from(intercepts));
    for (let v = 0; v < distances.length; v++) {
      const kernel = Math.exp(-gamma * distances[v]);
      for (let q = 0; q < problems; q++) own[q] += kernel * coefficients[v * problems + q];
    }
  }
  return values;
}

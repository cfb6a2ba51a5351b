/**
 * Supervised iterative quantisation (Gong, Lazebnik, Gordo and Perronnin, PAMI 2013): canonical correlation analysis of
 * embeddings with labels in place of principal directions, then the same rotation.
 */
import { z } from 'zod';
import { randomGenerator } from '../../base/random.js';
import type { HashLearner } from './hasher.js';
import { linearBitValues, linearHasher } from './linear.js';
import { centred, columnMeans, firstColumns, symmetricEigen } from './principal.js';
import { product, transpose, transposedProduct } from './products.js';
import { quantizingRotation } from './rotation.js';

const options = z.strictObject({
  kind: z
    .literal('itq-cca')
    .describe('Directions that correlate with the labels, rotated so that their signs lose least.'),
  rounds: z.int().min(0).default(50).describe('Rounds of signs and nearest rotation.'),
  regularization: z
    .number()
    .positive()
    .default(1e-4)
    .describe('Added to the variances of embeddings and of labels, as a share of their mean.'),
});

export const itqCca: HashLearner<typeof options> = {
  options,
  title: 'supervised iterative quantisation',
  needsLabels: true,
  fit({ embeddings, rows, width, labels, bits, seed }, { rounds, regularization }) {
    const { targets, count } = labels!;
    const mean = columnMeans(embeddings, rows, width);
    const values = centred(embeddings, mean);
    const answers = centred(targets, columnMeans(targets, rows, count));
    const correlations = { rows, width, count, regularization };
    const most = Math.min(bits, width, count);
    const directions = canonicalDirections(values, answers, correlations, most);
    const rotation = quantizingRotation(
      product(values, directions, [rows, width, most]),
      { directions: most, bits, rounds },
      randomGenerator(seed, 'itq-cca'),
    );
    return linearHasher(mean, product(directions, rotation, [width, most, bits]));
  },
  bitValues: linearBitValues,
};

/**
 * The first canonical directions of centred values with centred labels, each times its correlation, as columns:
 * row-major [width × most].
 */
function canonicalDirections(
  values: Float64Array,
  answers: Float64Array,
  {
    rows,
    width,
    count,
    regularization,
  }: { rows: number; width: number; count: number; regularization: number },
  most: number,
): Float64Array {
  const whitenValues = inverseRoot(
    transposedProduct(values, values, [width, rows, width]),
    width,
    regularization,
  );
  const whitenAnswers = inverseRoot(
    transposedProduct(answers, answers, [count, rows, count]),
    count,
    regularization,
  );
  const joint = transposedProduct(values, answers, [width, rows, count]);
  const whitened = product(whitenValues, product(joint, whitenAnswers, [width, count, count]), [
    width,
    width,
    count,
  ]);
  const { values: squares, vectors } = symmetricEigen(
    product(whitened, transpose(whitened, count), [width, count, width]),
    width,
  );
  const directions = product(whitenValues, firstColumns(vectors, width, most), [width, width, most]);
  return directions.map((value, i) => value * Math.sqrt(Math.max(0, squares[i % most])));
}

/** (A + ρ·mean(diag A)·I)^(-1/2) of a symmetric matrix; of a matrix of zeros, the identity. */
function inverseRoot(matrix: Float64Array, size: number, ridge: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i];
  if (!(trace > 0)) return identity(size);
  const { values, vectors } = symmetricEigen(matrix, size);
  const added = (ridge * trace) / size;
  const scaled = vectors.map((value, i) => value / Math.sqrt(Math.max(0, values[i % size]) + added));
  return product(scaled, transpose(vectors, size), [size, size, size]);
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1;
  return matrix;
}

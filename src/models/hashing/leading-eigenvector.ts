/** The eigenvector of the largest eigenvalue alone, which is much faster than all of them. */
import type { RandomGenerator } from '../../base/random.js';
import { symmetricEigen } from './principal.js';
import { dot, vectorProduct } from './products.js';

/** Steps between looks at whether the vector has converged. */
const LOOK_EVERY = 10;

/** Of the residual, relative to the eigenvalue. */
const TOLERANCE = 1e-10;

/**
 * Lanczos' method with full reorthogonalisation, from a random vector, on a symmetric matrix [size × size]; the result
 * has length 1. A matrix of zeros gives the random vector.
 */
export function leadingEigenvector(
  matrix: Float64Array,
  size: number,
  random: RandomGenerator,
): Float64Array {
  const basis = [unit(Float64Array.from({ length: size }, () => random.normal()))];
  const diagonal: number[] = [];
  const beside: number[] = [];
  for (;;) {
    const latest = basis[basis.length - 1];
    const next = vectorProduct(matrix, latest);
    diagonal.push(dot(next, latest));
    // Twice, since once leaves rounding errors that bring converged vectors back.
    for (let pass = 0; pass < 2; pass++)
      for (const vector of basis) {
        const part = dot(next, vector);
        for (let i = 0; i < size; i++) next[i] -= part * vector[i];
      }
    const length = Math.sqrt(dot(next, next));
    const steps = diagonal.length;
    const largest = Math.max(...diagonal.map(Math.abs), ...beside);
    const ended = steps === size || length <= Number.EPSILON * largest;
    if (ended || steps % LOOK_EVERY === 0) {
      const { values, vectors } = symmetricEigen(tridiagonal(diagonal, beside), steps);
      const residual = length * Math.abs(vectors[(steps - 1) * steps]);
      if (ended || residual <= TOLERANCE * Math.abs(values[0])) {
        const result = new Float64Array(size);
        for (const [k, vector] of basis.entries())
          for (let i = 0; i < size; i++) result[i] += vectors[k * steps] * vector[i];
        return unit(result);
      }
    }
    beside.push(length);
    basis.push(next.map((value) => value / length));
  }
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function tridiagonal(diagonal: readonly number[], beside: readonly number[]): Float64Array {
  const size = diagonal.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    matrix[i * size + i] = diagonal[i];
    if (i + 1 < size) matrix[i * size + i + 1] = matrix[(i + 1) * size + i] = beside[i];
  }
  return matrix;
}

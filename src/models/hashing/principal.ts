/** Principal directions, and the decompositions behind them. */
import { EigenvalueDecomposition, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { transposedProduct } from './products.js';

/** Column means of row-major [rows × width] values. */
export function columnMeans(values: ArrayLike<number>, rows: number, width: number): Float64Array {
  const means = new Float64Array(width);
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < width; column++, at++) means[column] += values[at];
  return means.map((sum) => sum / rows);
}

/** The values less their column means, row-major [rows × width]. */
export function centred(values: ArrayLike<number>, means: Float64Array): Float64Array {
  const width = means.length;
  return Float64Array.from(values, (value, i) => value - means[i % width]);
}

/** Eigenvalues of a symmetric matrix [size × size] in falling order, eigenvectors as columns [size × size]. */
export interface Eigen {
  values: Float64Array;
  vectors: Float64Array;
}

/** Eigenvectors of length 1, each with a positive element of largest magnitude, so that their signs are defined. */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, matrix),
    { assumeSymmetric: true },
  );
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => realEigenvalues[b] - realEigenvalues[a],
  );
  const vectors = new Float64Array(size * size);
  for (const [to, from] of order.entries()) {
    const vector = withDefinedSign(Float64Array.from(eigenvectorMatrix.getColumn(from)));
    for (let row = 0; row < size; row++) vectors[row * size + to] = vector[row];
  }
  return { values: Float64Array.from(order, (i) => realEigenvalues[i]), vectors };
}

/** The vector or its negative, so that its element of largest magnitude (the first of equals) is positive. */
export function withDefinedSign(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}

/** The first `count` principal directions of centred values as columns, row-major [width × count]. */
export function principalDirections(
  values: Float64Array,
  rows: number,
  width: number,
  count: number,
): Float64Array {
  const scatter = transposedProduct(values, values, [width, rows, width]);
  return firstColumns(symmetricEigen(scatter, width).vectors, width, count);
}

/** The first columns of a row-major matrix of `width` columns. */
export function firstColumns(matrix: Float64Array, width: number, count: number): Float64Array {
  const rows = matrix.length / width;
  const columns = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++)
    columns.set(matrix.subarray(row * width, row * width + count), row * count);
  return columns;
}

/**
 * The matrix with orthonormal rows that is nearest to `matrix`, row-major [rows × columns] with rows ≤ columns: U·Vᵀ of
 * its singular value decomposition (orthogonal Procrustes problem, Schönemann 1966).
 */
export function nearestOrthonormal(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const { leftSingularVectors, rightSingularVectors } = new SingularValueDecomposition(
    Matrix.from1DArray(rows, columns, matrix),
    { autoTranspose: true },
  );
  return Float64Array.from(leftSingularVectors.mmul(rightSingularVectors.transpose()).to1DArray());
}

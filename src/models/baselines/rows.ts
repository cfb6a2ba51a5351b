/** Rows of a matrix in compressed sparse rows; a dense matrix is one whose rows are full. */
import type { SparseMatrix } from '../../text/term-counts.js';

/** The matrix of the given rows of another, in their order. */
export function selectRows(matrix: SparseMatrix, rows: readonly number[]): SparseMatrix {
  const indptr = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries())
    indptr[i + 1] = indptr[i] + matrix.indptr[row + 1] - matrix.indptr[row];
  const indices = new Int32Array(indptr[rows.length]);
  const data = new Float32Array(indptr[rows.length]);
  for (const [i, row] of rows.entries()) {
    indices.set(matrix.indices.subarray(matrix.indptr[row], matrix.indptr[row + 1]), indptr[i]);
    data.set(matrix.data.subarray(matrix.indptr[row], matrix.indptr[row + 1]), indptr[i]);
  }
  return { rows: rows.length, columns: matrix.columns, indptr, indices, data };
}

/** A dense matrix with every value stored; it shares the row-major [rows × columns] values. */
export function fullRows(values: Float32Array, columns: number): SparseMatrix {
  const rows = values.length / columns;
  return {
    rows,
    columns,
    indptr: Int32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Int32Array.from(values, (_, i) => i % columns),
    data: values,
  };
}

/** The values of a matrix, row-major [rows × columns]. */
export function denseValues({ rows, columns, indptr, indices, data }: SparseMatrix): Float32Array {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let i = indptr[row]; i < indptr[row + 1]; i++) values[row * columns + indices[i]] = data[i];
  return values;
}

/** Adds row `row` of [rows × columns] times `block`, row-major [columns × outputs], to `result`, [outputs]. */
export function addRowTimes(
  { indptr, indices, data }: SparseMatrix,
  row: number,
  block: ArrayLike<number>,
  outputs: number,
  result: Float64Array,
): void {
  const end = indptr[row + 1];
  if (outputs === 1) {
    // Most problems are solved one by one; this loop takes half the time of the general one.
    let sum = 0;
    for (let i = indptr[row]; i < end; i++) sum += data[i] * block[indices[i]];
    result[0] += sum;
    return;
  }
  for (let i = indptr[row]; i < end; i++) {
    const at = indices[i] * outputs;
    for (let k = 0; k < outputs; k++) result[k] += data[i] * block[at + k];
  }
}

/** Adds the outer product of row `row` and a vector [outputs] to `block`, row-major [columns × outputs]. */
export function addOuterProduct(
  { indptr, indices, data }: SparseMatrix,
  row: number,
  vector: Float64Array,
  outputs: number,
  block: Float64Array,
): void {
  const end = indptr[row + 1];
  if (outputs === 1) {
    const factor = vector[0];
    for (let i = indptr[row]; i < end; i++) block[indices[i]] += data[i] * factor;
    return;
  }
  for (let i = indptr[row]; i < end; i++) {
    const at = indices[i] * outputs;
    for (let k = 0; k < outputs; k++) block[at + k] += data[i] * vector[k];
  }
}

/**
 * Writes the squared Euclidean distances of a dense row [columns] to all rows of a row-major dense matrix into
 * `result`, [rows].
 */
export function squaredDistances(
  values: ArrayLike<number>,
  columns: number,
  from: ArrayLike<number>,
  result: Float64Array,
): void {
  for (let row = 0, at = 0; row < result.length; row++) {
    let sum = 0;
    for (let c = 0; c < columns; c++, at++) {
      const difference = values[at] - from[c];
      sum += difference * difference;
    }
    result[row] = sum;
  }
}

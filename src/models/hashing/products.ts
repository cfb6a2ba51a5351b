/** Products of row-major matrices in double precision, four terms at a time: several times as fast as the plain loop. */

/** A·B of `a` [rows × inner] and `b` [inner × columns]: [rows × columns]. */
export function product(
  a: Float64Array,
  b: Float64Array,
  [rows, inner, columns]: readonly [number, number, number],
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    addCombination(result, row * columns, columns, b, inner, a, row * inner, 1);
  return result;
}

/** Aᵀ·B of `a` [inner × rows] and `b` [inner × columns]: [rows × columns]. */
export function transposedProduct(
  a: Float64Array,
  b: Float64Array,
  [rows, inner, columns]: readonly [number, number, number],
): Float64Array {
  const result = new Float64Array(rows * columns);
  // In blocks of rows of B that stay in the cache while every row of the result takes its part of them.
  for (let begin = 0; begin < inner; begin += 64) {
    const count = Math.min(64, inner - begin);
    const block = b.subarray(begin * columns, (begin + count) * columns);
    for (let row = 0; row < rows; row++)
      addCombination(result, row * columns, columns, block, count, a, begin * rows + row, rows);
  }
  return result;
}

/** The transpose of a row-major matrix of `columns` columns. */
export function transpose(a: Float64Array, columns: number): Float64Array {
  const rows = a.length / columns;
  const result = new Float64Array(a.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) result[column * rows + row] = a[row * columns + column];
  return result;
}

/** The inner product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** A·x of `a` [rows × columns] and `x` [columns]. */
export function vectorProduct(a: Float64Array, x: Float64Array): Float64Array {
  const columns = x.length;
  const result = new Float64Array(a.length / columns);
  for (let row = 0; row < result.length; row++) {
    const at = row * columns;
    let even = 0;
    let odd = 0;
    let column = 0;
    for (; column + 1 < columns; column += 2) {
      even += a[at + column] * x[column];
      odd += a[at + column + 1] * x[column + 1];
    }
    if (column < columns) even += a[at + column] * x[column];
    result[row] = even + odd;
  }
  return result;
}

/** Adds Σ factors[i] · (row i of `b`) to a row of the result; factor i is at `first + i · stride`. */
function addCombination(
  result: Float64Array,
  at: number,
  columns: number,
  b: Float64Array,
  count: number,
  factors: Float64Array,
  first: number,
  stride: number,
): void {
  let i = 0;
  for (; i + 3 < count; i += 4) {
    const f0 = factors[first + i * stride];
    const f1 = factors[first + (i + 1) * stride];
    const f2 = factors[first + (i + 2) * stride];
    const f3 = factors[first + (i + 3) * stride];
    const b0 = i * columns;
    const b1 = b0 + columns;
    const b2 = b1 + columns;
    const b3 = b2 + columns;
    for (let column = 0; column < columns; column++)
      result[at + column] +=
        f0 * b[b0 + column] + f1 * b[b1 + column] + f2 * b[b2 + column] + f3 * b[b3 + column];
  }
  for (; i < count; i++) {
    const factor = factors[first + i * stride];
    for (let column = 0; column < columns; column++) result[at + column] += factor * b[i * columns + column];
  }
}

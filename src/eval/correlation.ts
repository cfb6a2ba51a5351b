/** Correlation of labels, in the ground truth and in the predictions. */

/**
 * Pearson's correlation of every pair of columns of row-major [rows × columns], symmetric [columns × columns]; for 0
 * and 1 it is the phi coefficient; NaN where a column is constant.
 */
export function correlateColumns(values: ArrayLike<number>, columns: number): Float64Array {
  const rows = columns === 0 ? 0 : values.length / columns;
  const mean = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) mean[i % columns] += values[i] / rows;
  const product = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) centred[j] = values[row * columns + j] - mean[j];
    for (let j = 0; j < columns; j++)
      for (let k = j; k < columns; k++) product[j * columns + k] += centred[j] * centred[k];
  }
  const spread = Float64Array.from({ length: columns }, (_, j) => Math.sqrt(product[j * columns + j]));
  const correlation = new Float64Array(columns * columns);
  for (let j = 0; j < columns; j++)
    for (let k = j; k < columns; k++) {
      const constant = spread[j] < 1e-9 || spread[k] < 1e-9;
      const value = constant ? Number.NaN : j === k ? 1 : product[j * columns + k] / (spread[j] * spread[k]);
      correlation[j * columns + k] = value;
      correlation[k * columns + j] = value;
    }
  return correlation;
}

/**
 * An order that puts similar columns beside each other, so that a heat map shows blocks: from the first column on,
 * always the one that correlates most with the last.
 */
export function orderByLikeness(correlation: Float64Array, columns: number): number[] {
  const left = new Set(Array.from({ length: columns }, (_, j) => j));
  const order: number[] = [];
  let last = 0;
  while (left.size > 0) {
    let next = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (const j of left) {
      const value = order.length === 0 ? -j : correlation[last * columns + j];
      const comparable = Number.isNaN(value) ? -2 : value;
      if (comparable > highest) {
        highest = comparable;
        next = j;
      }
    }
    left.delete(next);
    order.push(next);
    last = next;
  }
  return order;
}

/** Means and deviations of columns, by which a baseline's rows are standardised. */
import type { SparseMatrix } from '../../text/term-counts.js';
import { type Fitted, stored } from './classifier.js';
import { fullRows } from './rows.js';

/**
 * Means and deviations (divided by n) of the columns of row-major [rows × columns] values; 1 for a column that does not
 * vary.
 */
export function standardisation(values: Float32Array, columns: number): Fitted {
  const rows = values.length / columns;
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (const [i, value] of values.entries()) means[i % columns] += value / rows;
  for (const [i, value] of values.entries()) squares[i % columns] += (value - means[i % columns]) ** 2 / rows;
  const deviations = squares.map((square) => (square > 1e-12 ? Math.sqrt(square) : 1));
  return new Map([
    ['means', stored([columns], means)],
    ['deviations', stored([columns], deviations)],
  ]);
}

/** Standardises columns by the means and deviations of the training split. */
export function standardisedRows(fitted: Fitted, values: Float32Array): SparseMatrix {
  const means = fitted.get('means')!.values;
  const deviations = fitted.get('deviations')!.values;
  const columns = means.length;
  return fullRows(
    values.map((value, i) => (value - means[i % columns]) / deviations[i % columns]),
    columns,
  );
}

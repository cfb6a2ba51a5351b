/** Which pairs of rows share a label, without a matrix of all pairs: rows with the same labels are one group. */
import type { RowLabels } from './hasher.js';

/** Rows grouped by their labels. */
export interface LabelPairs {
  groupOfRow: Int32Array;
  groups: number;
  /** 1 where two groups share a label, row-major [groups × groups]. */
  similar: Float64Array;
}

/** Groups the given rows. */
export function labelPairs({ targets, count }: RowLabels, rows: readonly number[]): LabelPairs {
  const labelsOfGroups: number[][] = [];
  const known = new Map<string, number>();
  const groupOfRow = Int32Array.from(rows, (row) => {
    const labels: number[] = [];
    for (let label = 0; label < count; label++) if (targets[row * count + label] === 1) labels.push(label);
    const name = labels.join();
    const group = known.get(name);
    if (group !== undefined) return group;
    known.set(name, labelsOfGroups.length);
    return labelsOfGroups.push(labels) - 1;
  });
  const groups = labelsOfGroups.length;
  const similar = new Float64Array(groups * groups);
  for (const [a, own] of labelsOfGroups.entries()) {
    const has = new Set(own);
    for (const [b, others] of labelsOfGroups.entries())
      if (others.some((label) => has.has(label))) similar[a * groups + b] = 1;
  }
  return { groupOfRow, groups, similar };
}

/** Sums of the rows of each group: of row-major [rows × columns] values, [groups × columns]. */
export function groupSums(
  { groupOfRow, groups }: LabelPairs,
  values: Float64Array,
  columns: number,
): Float64Array {
  const sums = new Float64Array(groups * columns);
  for (let row = 0; row < groupOfRow.length; row++)
    for (let column = 0; column < columns; column++)
      sums[groupOfRow[row] * columns + column] += values[row * columns + column];
  return sums;
}

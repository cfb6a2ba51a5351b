/** Tables as Markdown (GitHub's form). */
import type { Cell } from '../../base/csv.js';

/**
 * A table as Markdown: the first column is set left, the others right; fractions get three decimals, undefined cells a
 * dash.
 */
export function markdownTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    if (value === null) return '–';
    if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(3);
    return value.replace(/\s+/g, ' ').replace(/[\\|`*_<>[\]]/g, '\\$&');
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const rule = header.map((_, column) => (column === 0 ? '---' : '--:'));
  return line(header.map(cell)) + line(rule) + rows.map((row) => line(row.map(cell))).join('');
}

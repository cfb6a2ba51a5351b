/** Tables as CSV (RFC 4180). */

/** A table's cell; null is an undefined value. */
export type Cell = string | number | null;

/**
 * Writes a table as CSV.
 *
 * @param header - the columns' names
 * @param rows - cells, as many as columns in each row
 * @returns the text, with a line feed after each row; undefined cells are empty
 */
export function csvTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return csvLines([header, ...rows]);
}

/**
 * Writes rows as CSV.
 *
 * @param rows - cells
 * @returns the text, with a line feed after each row; undefined cells are empty
 */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\n`).join('');
}

function cellText(value: Cell): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

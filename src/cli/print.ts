/** Where the commands write: results on standard output, everything else on standard error. */

/**
 * Writes a line of result.
 *
 * @param line - text
 */
export function printResult(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Writes a line for the person who waits.
 *
 * @param line - text
 */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Writes a table with aligned columns.
 *
 * @param rows - the cells; the first row is the header
 * @returns the text, a line a row
 */
export function alignColumns(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

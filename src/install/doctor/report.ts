/** What `polytag doctor` finds, and how it is shown to people. */

/** One thing that was looked at. */
export interface DoctorRow {
  name: string;
  /** `missing`: it is not there; `warning`: it is there and something about it should be known. */
  status: 'ok' | 'missing' | 'warning';
  /** What was found: a version, a size, a reason. */
  value: string;
  /** What to do when it is not ok. */
  advice?: string;
}

/** Everything that was looked at, in the order in which it is shown. */
export interface DoctorReport {
  rows: DoctorRow[];
}

/**
 * The report as text: a line a row, with what to do below it.
 *
 * @param report - what was found
 * @returns lines that end in a newline
 */
export function formatDoctor(report: DoctorReport): string {
  const name = Math.max(...report.rows.map((row) => row.name.length));
  const status = Math.max(...report.rows.map((row) => row.status.length));
  const lines = report.rows.map((row) => {
    const line = `${row.status.padEnd(status)}  ${row.name.padEnd(name)}  ${row.value}`;
    return row.advice ? `${line}\n${' '.repeat(status + name + 4)}${row.advice}` : line;
  });
  const open = report.rows.filter((row) => row.status !== 'ok').length;
  const summary =
    open === 0 ? 'Everything is in place.' : `${open} of ${report.rows.length} could be better.`;
  return `${lines.join('\n')}\n\n${summary}\n`;
}

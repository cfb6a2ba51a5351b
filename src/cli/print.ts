/** Where the commands write: results on standard output, everything else on standard error. */

/** Writes a line of result. */
export function printResult(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line for the person who waits. */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

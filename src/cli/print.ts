/** Output of the commands: results on standard output, everything else on standard error. */

/** Writes a line of result. */
export function printResult(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a message. */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The commands' terminal: results on standard output, messages on standard error, and Ctrl-C. */
import { EXIT } from '../base/errors.js';
import { removeUnfinished } from '../base/files.js';
import { shellWords } from '../base/format.js';
import { readablePath } from '../base/raw-names.js';

/** A name on one line, whatever its characters. */
export const onOneLine = (name: string): string => readablePath(name).replace(/\p{Cc}/gu, '\ufffd');

/**
 * Text with control characters written out (`\\x1b`), for a terminal, which would obey them: names and contents of files
 * may hold any. Line ends and tabs stay.
 */
export const visible = (text: string): string =>
  readablePath(text).replace(/[^\P{Cc}\n\t]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(2, '0');
    return `\\x${code}`;
  });

/** The command as it was typed, for the page that it makes. */
export const typedCommand = (): string => shellWords(['polytag', ...process.argv.slice(2)]);

/** Prints a line of results; control characters of files are kept where a program reads it, and shown on a terminal. */
export function printResult(line: string): void {
  process.stdout.write(`${process.stdout.isTTY ? visible(line) : line}\n`);
}

/** Prints a line for people; control characters of files are shown. */
export function printNote(line: string): void {
  process.stderr.write(`${visible(line)}\n`);
}

export interface InterruptOptions {
  /** Process signals. Default: SIGINT and SIGTERM. */
  signals?: NodeJS.Signals[];
  note?: string;
}

/** Runs work with a signal that the first process signal aborts; the second ends the process. */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  {
    signals = ['SIGINT', 'SIGTERM'],
    note = 'Stopping and saving results so far (press Ctrl-C again to end at once).',
  }: InterruptOptions = {},
): Promise<T> {
  const controller = new AbortController();
  answering++;
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      removeUnfinished();
      process.exit(EXIT.interrupted);
    }
    process.stderr.write(`\n${note}\n`);
    controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  // The parent process that holds a channel to this one has died: nobody waits for the work.
  process.on('disconnect', onSignal);
  try {
    return await work(controller.signal);
  } finally {
    answering--;
    for (const name of signals) process.off(name, onSignal);
    process.off('disconnect', onSignal);
  }
}

/** Works that end themselves on a signal. */
let answering = 0;

/** Lets SIGINT and SIGTERM end a command that has nothing to save: its unfinished files go, the code is 130. */
export function endOnSignals(): void {
  const onSignal = (): void => {
    if (answering > 0) return;
    removeUnfinished();
    process.stderr.write('\nStopped; what was being written is removed.\n');
    process.exit(EXIT.interrupted);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
}

/** Errors for users: one sentence that states what is wrong, where, and what to do. */

/** Exit codes of the executable. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  /** For a scheduler: trying again will not help. */
  doNotRetry: 42,
  /** For a scheduler: what is done is kept; try again. */
  tryAgain: 75,
  interrupted: 130,
} as const;

/** An error that is not the caller's mistake (a damaged file, a full disk): shown without a stack, exit code 1. */
export class Failure extends Error {
  readonly exitCode: number = EXIT.failed;
  override readonly name: string = 'Failure';
}

/** The disk met its end; what was written before is kept. */
export class DiskFull extends Failure {
  override readonly name = 'DiskFull';
}

/** The caller's mistake (a misspelled key, a missing folder): shown without a stack, exit code 2. */
export class UsageError extends Failure {
  override readonly exitCode = EXIT.wrongUse;
  override readonly name = 'UsageError';
}

/** The work was stopped by a signal; what was computed has been kept. The process ends with code 130. */
export class Interrupted extends Failure {
  override readonly exitCode = EXIT.interrupted;
  override readonly name = 'Interrupted';
}

/** The work was stopped by its scheduler; what was computed has been kept, and the same task can be started again. Code 75. */
export class Requeue extends Failure {
  override readonly exitCode = EXIT.tryAgain;
  override readonly name = 'Requeue';
}

/** The work has reached the point where it was to pause; the process ends with code 0. */
export class Paused extends Failure {
  override readonly exitCode = EXIT.done;
  override readonly name = 'Paused';
}

/** The message of anything that was thrown, or its text where it is not an Error. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The message of anything that was thrown, in one line: those of JSON quote the lines of the file. */
export const lineOf = (thrown: unknown): string =>
  messageOf(thrown)
    .trim()
    .replace(/\s*\n\s*/g, ' ');

/** What a library's reader threw, for a person: what the engine says of its own mistakes means nothing to a reader. */
export const readerError = (thrown: unknown): Error =>
  thrown instanceof TypeError || thrown instanceof RangeError
    ? new Error('its structure is damaged')
    : thrown instanceof Error
      ? thrown
      : new Error(String(thrown));

/** The system's error code (`ENOENT`, `ENOSPC`, …) of a thrown value, if it has one. */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Runs programs: one small function, so that everything above it can be tested with a stand-in. */
import { spawn } from 'node:child_process';
import { systemCode } from '../base/errors.js';

/** How a program is run. */
export interface CommandOptions {
  cwd?: string;
  /** The whole environment of the program; default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Ends the program when it is aborted. */
  signal?: AbortSignal;
  /** Milliseconds after which the program is ended; default: never. */
  timeout?: number;
}

/** What came of a program. */
export interface CommandResult {
  /** Exit code; null when there is no such program or it was ended by a signal. */
  code: number | null;
  /** Standard output. */
  stdout: string;
  /** Standard output and standard error, as they came; the last 200,000 characters. */
  output: string;
  /** Whether the program was not found. */
  absent: boolean;
}

/** Runs a program to its end; does not throw when it fails. */
export type RunCommand = (
  program: string,
  args: string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

const OUTPUT_KEPT = 200_000;

/**
 * Runs a program without a shell and waits for its end.
 *
 * @param program - name on the search path, or a path
 * @param args - its arguments
 * @param options - folder, environment, limits
 * @returns exit code and output; `absent` when it could not be started
 */
export const runCommand: RunCommand = (program, args, options = {}) =>
  new Promise((done) => {
    let stdout = '';
    let output = '';
    const keep = (text: string, piece: string): string => (text + piece).slice(-OUTPUT_KEPT);
    // Not spawn's own timeout: where the program is not found, its timer runs on and keeps this process alive.
    const limits = [
      options.signal,
      options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout),
    ];
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      signal: AbortSignal.any(limits.filter((limit) => limit !== undefined)),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // Whoever stops this process stops its downloads and compilers too.
    const end = (): void => void child.kill();
    process.once('exit', end);
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout = keep(stdout, piece);
      output = keep(output, piece);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      output = keep(output, piece);
    });
    child.on('error', (error) => {
      const code = systemCode(error);
      const absent = code === 'ENOENT' || code === 'EACCES';
      done({ code: null, stdout, output: `${output}${error.message}`, absent });
    });
    child.on('close', (code) => {
      process.removeListener('exit', end);
      done({ code, stdout, output, absent: false });
    });
  });

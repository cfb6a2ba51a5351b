/** The executable's entry in the test's own process. */
import { expect, vi } from 'vitest';
import { main } from '../../src/cli/main.js';
import { startUsualEngine } from '../engine/available.js';
import type { Outcome } from '../workplace.js';

/** Commands take turns: what they write is caught, and their folder is the process'. */
let previous: Promise<unknown> = Promise.resolve();

async function runNext(args: readonly string[], cwd: string, env: Record<string, string>): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  // The test runner has a console of its own, and the parser's help goes there.
  const help = vi.spyOn(console, 'log').mockImplementation((text) => {
    written.stdout += `${text}\n`;
  });
  const before = { folder: process.cwd(), env: { ...process.env }, argv: process.argv };
  try {
    process.chdir(cwd);
    Object.assign(process.env, env);
    process.argv = [process.execPath, 'polytag', ...args];
    const code = await main([...args]);
    return { code, signal: null, ...written };
  } finally {
    process.argv = before.argv;
    process.chdir(before.folder);
    for (const name of Object.keys(env)) {
      if (before.env[name] === undefined) delete process.env[name];
      else process.env[name] = before.env[name];
    }
    for (const spy of [...spies, help]) spy.mockRestore();
    if (env.POLYTAG_ENGINE) await startUsualEngine();
  }
}

/**
 * Runs the executable's entry in this process, in a folder: the same code without the start of a process, which takes
 * longer than most of what tests ask for.
 */
export function runIn(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const outcome = previous.then(() => runNext(args, cwd, env));
  previous = outcome.catch(() => undefined);
  return outcome;
}

/** Runs the executable's entry in this process and folder. */
export const runHere = (...args: string[]): Promise<Outcome> => runIn(process.cwd(), args);

/** Expects a command to end with a code and one sentence, without a stack, a result or a plea for a bug report. */
export function expectSentence({ code, stdout, stderr }: Outcome, wanted: number, sentence: RegExp): void {
  const lines = stderr.trimEnd().split('\n');
  expect([code, lines.at(-1)]).toEqual([wanted, expect.stringMatching(sentence)]);
  expect(lines.at(-1)).toMatch(/[.]$/);
  expect(stderr).not.toMatch(/^\s+at .+\d+\)?$/m);
  expect(stderr).not.toContain('bug in polytag');
  expect(stdout).toBe('');
}

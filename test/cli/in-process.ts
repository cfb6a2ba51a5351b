/** The executable's entry in the test's own process. */
import { expect, vi } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { Outcome } from '../workplace.js';

/** Runs the executable's entry in this process: the same code without a start of 0.7 s for each of many cases. */
export async function runHere(...args: string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    const code = await main(args);
    return { code, signal: null, ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Expects a command to end with a code and one sentence, without a stack, a result or a plea for a bug report. */
export function expectSentence({ code, stdout, stderr }: Outcome, wanted: number, sentence: RegExp): void {
  const lines = stderr.trimEnd().split('\n');
  expect([code, lines.at(-1)]).toEqual([wanted, expect.stringMatching(sentence)]);
  expect(lines.at(-1)).toMatch(/[.]$/);
  expect(stderr).not.toMatch(/^\s+at .+\d+\)?$/m);
  expect(stderr).not.toContain('defect of polytag');
  expect(stdout).toBe('');
}

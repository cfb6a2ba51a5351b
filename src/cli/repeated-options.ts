/** Options that are given more than once where one value is wanted. */
import type { Argv } from 'yargs';
import { UsageError } from '../base/errors.js';

/** What a parser knows of its options, which its types leave out. */
interface KnownOptions {
  getOptions(): { array: string[] };
}

/**
 * Refuses an option that is given twice and takes one value: the parser would hand the command a list. Throws UsageError that
 * names it.
 */
export function refuseRepeated(
  values: Readonly<Record<string, unknown>>,
  words: readonly string[],
  parser: Argv,
): void {
  const { array } = (parser as unknown as KnownOptions).getOptions();
  const end = words.indexOf('--');
  const given = words
    .slice(0, end < 0 ? words.length : end)
    .flatMap((word) => /^--([^=]+)/.exec(word)?.[1] ?? []);
  const repeated = given.find(
    (name, i) => given.indexOf(name) < i && Array.isArray(values[name]) && !array.includes(name),
  );
  if (repeated !== undefined)
    throw new UsageError(`--${repeated} is given more than once and takes one value; give it once.`);
}

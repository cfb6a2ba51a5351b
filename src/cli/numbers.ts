/** Numeric options, parsed from text, since yargs turns text that is not a number into NaN. */
import { messageOf, UsageError } from '../base/errors.js';
import { type WholeRange, wholeNumber } from '../base/numbers.js';

/** Parses the whole number of --flag. Throws a UsageError for anything else. */
export function wholeOption(flag: string, given: string | number, range: WholeRange = {}): number {
  try {
    return wholeNumber(given, range);
  } catch (error) {
    throw new UsageError(`--${flag} ${messageOf(error)}, not "${given}".`);
  }
}

/** Parses the number of --flag, from `least` to `most`. Throws a UsageError for anything else. */
export function numberBetween(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= least && number <= most))
    throw new UsageError(`--${flag} must be a number from ${least} to ${most}, not "${text}".`);
  return number;
}

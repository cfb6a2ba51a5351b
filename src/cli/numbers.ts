/** Numbers of a command line, which come as text: a number that the parser cannot read would be NaN to it. */
import { UsageError } from '../base/errors.js';

/**
 * A whole number.
 *
 * @param flag - name of the option, without hyphens
 * @param text - what was given
 * @param range - the smallest and the largest that make sense; from 1 on unless told otherwise
 * @returns the number
 * @throws UsageError for anything else
 */
export function wholeNumber(
  flag: string,
  text: string,
  { least = 1, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || !Number.isSafeInteger(number))
    throw new UsageError(`--${flag} must be a whole number from ${least} on, not "${text}".`);
  if (number > most) throw new UsageError(`--${flag} must be ${most} at most, not ${text}.`);
  return number;
}

/**
 * A number in a range.
 *
 * @param flag - name of the option, without hyphens
 * @param text - what was given
 * @param least - smallest
 * @param most - largest
 * @returns the number
 * @throws UsageError for anything else
 */
export function numberBetween(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= least && number <= most))
    throw new UsageError(`--${flag} must be a number from ${least} to ${most}, not "${text}".`);
  return number;
}

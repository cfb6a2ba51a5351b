/** Whole numbers that a person gave as text. */

/** What a whole number may be. */
export interface WholeRange {
  /** Default: 1. */
  least?: number;
  most?: number;
}

/**
 * Reads a whole number.
 *
 * @param given - text, or a number that a parser made of it (NaN where it could not)
 * @throws RangeError with the end of a sentence: `must be a whole number from 1 to 8`
 */
export function wholeNumber(given: string | number, { least = 1, most }: WholeRange = {}): number {
  const value = typeof given === 'number' ? given : /^-?\d+$/.test(given.trim()) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least && value <= (most ?? value)) return value;
  const range = most === undefined ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`must be a whole number ${range}`);
}

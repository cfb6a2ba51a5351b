/** Numbers as text: whole ones that a person typed, single-precision ones in tables. */

/** What a whole number may be. */
export interface WholeRange {
  /** Default: 1. */
  least?: number;
  most?: number;
}

/** Reads a whole number; throws RangeError with the end of a sentence: `must be a whole number from 1 to 8`. */
export function wholeNumber(given: string | number, { least = 1, most }: WholeRange = {}): number {
  const value = typeof given === 'number' ? given : /^-?\d+$/.test(given.trim()) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least && value <= (most ?? value)) return value;
  const range = most === undefined ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`must be a whole number ${range}`);
}

/** Significant digits that any float32 can be told apart by. */
const ENOUGH = 9;

/**
 * The shortest decimal that reads back as the same float32, also by way of a double; empty for NaN and infinities,
 * which CSV and JSON lack.
 */
export function shortestDecimal(value: number): string {
  if (!Number.isFinite(value)) return '';
  if (Object.is(value, -0)) return '-0.0';
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 24) return String(value);
  // Most float32 need eight digits, so the search begins there.
  const at = (digits: number): number => Number(value.toPrecision(digits));
  const same = (digits: number): boolean => Math.fround(at(digits)) === value;
  let digits = 8;
  if (!same(digits)) digits = ENOUGH;
  else while (digits > 1 && same(digits - 1)) digits--;
  return String(at(digits));
}

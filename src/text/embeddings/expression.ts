/** Sums and differences of words: `king - man + woman`. */
import { UsageError } from '../../base/errors.js';

/** Words with their signs. */
export interface WordExpression {
  text: string;
  terms: { word: string; sign: 1 | -1 }[];
}

/**
 * Reads words with `+` and `-` between them; signs stand between spaces, so that a word may hold a hyphen. Throws
 * UsageError otherwise.
 */
export function parseExpression(text: string): WordExpression {
  const parts = text.trim() === '' ? [text] : text.trim().split(/\s+/);
  const terms: WordExpression['terms'] = [];
  let sign: 1 | -1 = 1;
  for (const [i, part] of parts.entries()) {
    const isSign = i % 2 === 1;
    if (isSign ? part !== '+' && part !== '-' : i > 0 && (part === '+' || part === '-'))
      throw malformed(text);
    if (isSign) sign = part === '+' ? 1 : -1;
    else terms.push({ word: part, sign });
  }
  if (parts.length % 2 === 0 || parts[0] === '') throw malformed(text);
  return { text, terms };
}

const malformed = (text: string): UsageError =>
  new UsageError(`"${text}" is not a word or a sum of words; write one as in "king - man + woman".`);

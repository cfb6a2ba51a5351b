/** Tokens as scikit-learn's vectorizers make them by default. */

/** Python's `\b\w\w+\b`: letters, numbers and the underscore, two or more. */
const TWO_OR_MORE = /[\p{Letter}\p{Number}_]{2,}/gu;

/**
 * Splits a text as `CountVectorizer` and `TfidfVectorizer` do by default: lower case, runs of two or more word
 * characters. A run of Chinese is one token; `tokenize` segments it.
 */
export function scikitTokens(text: string): string[] {
  return text.toLowerCase().match(TWO_OR_MORE) ?? [];
}

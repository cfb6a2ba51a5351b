/** Words or characters as numbers. */

/** Ids that are no word: padding behind a text, a token that is not in the vocabulary, the start of every text. */
export const SPECIAL_TOKENS = ['<pad>', '<unknown>', '<start>'] as const;
const [PAD, UNKNOWN, START] = [0, 1, 2];

/** Tokens by id. The first ones are `SPECIAL_TOKENS`. */
export type Vocabulary = string[];

/**
 * The most frequent tokens of a corpus, ties in order of first appearance, at most `limit` with the special ones.
 * Tokens seen less than `minCount` times are left out, but for `known` ones.
 */
export function buildVocabulary(
  texts: readonly string[][],
  limit: number,
  minCount: number,
  known: ReadonlySet<string> = new Set(),
): Vocabulary {
  const counts = new Map<string, number>();
  for (const tokens of texts) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const kept = [...counts]
    .filter(([token, count]) => count >= minCount || known.has(token))
    .sort(([, a], [, b]) => b - a);
  return [
    ...SPECIAL_TOKENS,
    ...kept.slice(0, Math.max(0, limit - SPECIAL_TOKENS.length)).map(([token]) => token),
  ];
}

/**
 * Turns tokens into `length` ids: the start token, then the text, cut or padded. Without lyrics it is the start token
 * alone, so that no text is wholly padding. `index`: from `indexVocabulary`.
 */
export function encodeTokens(
  tokens: readonly string[],
  index: ReadonlyMap<string, number>,
  length: number,
): Int32Array {
  const ids = new Int32Array(length).fill(PAD);
  ids[0] = START;
  for (let i = 0; i < Math.min(tokens.length, length - 1); i++) ids[i + 1] = index.get(tokens[i]) ?? UNKNOWN;
  return ids;
}

/** The ids of a recording without lyrics: the start token alone, [length]. */
export function wordless(length: number): Int32Array {
  return encodeTokens([], new Map(), length);
}

/** Whether ids hold any word; false for the start token alone. */
export function hasWords(ids: Int32Array): boolean {
  return ids.length > 1 && ids[1] !== PAD;
}

/** Id by token. */
export function indexVocabulary(vocabulary: Vocabulary): Map<string, number> {
  return new Map(vocabulary.map((token, id) => [token, id]));
}

/** Words or characters as numbers. */

/** Ids that are no word: padding behind a text, a token that is not in the vocabulary, the start of every text. */
export const SPECIAL_TOKENS = ['<pad>', '<unknown>', '<start>'] as const;
const [PAD, UNKNOWN, START] = [0, 1, 2];

/** Tokens by id. The first ones are `SPECIAL_TOKENS`. */
export type Vocabulary = string[];

/**
 * The most frequent tokens of a corpus.
 *
 * @param limit - largest size, the special tokens included
 * @param minCount - tokens seen less often are left out
 * @param known - tokens that are kept however rare: something is known of them from elsewhere
 * @returns the vocabulary, most frequent first, ties in order of first appearance
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
 * Turns tokens into ids: the start token, then the text, cut or padded to a length. A recording without lyrics is
 * the start token alone, so that no text is ever wholly padding.
 *
 * @param tokens - the text's tokens; empty for an instrumental
 * @param index - id by token, from `indexVocabulary`
 * @param length - number of ids, at least 1
 * @returns ids, [length]
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

/**
 * The ids of a recording without lyrics.
 *
 * @param length - number of ids, at least 1
 * @returns the start token alone, [length]
 */
export function wordless(length: number): Int32Array {
  return encodeTokens([], new Map(), length);
}

/**
 * Whether a text has any word.
 *
 * @param ids - from `encodeTokens`
 * @returns false for the start token alone
 */
export function hasWords(ids: Int32Array): boolean {
  return ids.length > 1 && ids[1] !== PAD;
}

/** Id by token. */
export function indexVocabulary(vocabulary: Vocabulary): Map<string, number> {
  return new Map(vocabulary.map((token, id) => [token, id]));
}

/** Vectors of words. */

/** Words and their vectors. */
export interface WordVectors {
  /** In the order of the file or, where they were trained here, from the most frequent. */
  words: string[];
  /** [words × dim] */
  vectors: Float32Array;
  dim: number;
}

/** Stands for a space in files of vectors, whose words are ended by spaces; no token holds it. */
const SPACE_MARK = '▁';

/** What a token is called in a file of vectors: a space, which unit `character` has for a token, is `▁`. */
export function wordOfToken(token: string): string {
  return token === ' ' ? SPACE_MARK : token;
}

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

/**
 * Divides each vector by its length; a vector of zeros stays.
 *
 * @param vectors - [rows × dim]
 * @returns a copy, [rows × dim]
 */
export function unitRows(vectors: Float32Array, dim: number): Float32Array {
  const unit = new Float32Array(vectors.length);
  for (let begin = 0; begin < vectors.length; begin += dim) {
    let square = 0;
    for (let i = begin; i < begin + dim; i++) square += vectors[i] * vectors[i];
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = begin; i < begin + dim; i++) unit[i] = vectors[i] * scale;
  }
  return unit;
}

/** Vectors of length 1. */

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

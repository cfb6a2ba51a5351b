/** Pieces of a signal to one array. Runs in Node and in the browser. */

/**
 * Joins pieces of samples.
 *
 * @param parts - the pieces in order
 * @returns all samples; the piece itself where there is one
 */
export function joinSamples(parts: Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

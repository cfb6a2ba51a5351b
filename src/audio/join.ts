/** Pieces of a signal or of a file to one array. */

function join<T extends Float32Array | Uint8Array>(parts: T[], create: (length: number) => T): T {
  if (parts.length === 1) return parts[0];
  const joined = create(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Joins pieces of samples; a single piece is returned as it is. */
export function joinSamples(parts: Float32Array[]): Float32Array {
  return join(parts, (length) => new Float32Array(length));
}

/** Joins pieces of a file; a single piece is returned as it is. */
export function joinBytes(parts: Uint8Array[]): Uint8Array {
  return join(parts, (length) => new Uint8Array(length));
}

/** Joins pieces of samples or bytes, and mixes channels. */

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

/**
 * The mean of the channels.
 *
 * @param channels - one array a channel, of one length
 * @returns mono samples; the channel itself where there is one
 */
export function toMono(channels: Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const mono = new Float32Array(channels[0].length);
  const share = 1 / channels.length;
  if (channels.length === 2) {
    const [left, right] = channels;
    for (let n = 0; n < mono.length; n++) mono[n] = (left[n] + right[n]) * share;
    return mono;
  }
  for (let n = 0; n < mono.length; n++) {
    let sum = 0;
    for (const channel of channels) sum += channel[n];
    mono[n] = sum * share;
  }
  return mono;
}

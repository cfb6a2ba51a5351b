/** Channels to one. */

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

/** Windows of samples as a graph with its front end takes them, cut by what its description says. */
import type { SampleWindows } from '../../../src/hub/front-end/index.js';

/** The windows of a recording, one behind the other. */
export function cutSamples(
  { begin, length, hop, frames, step, centred, remainder }: SampleWindows,
  samples: Float32Array,
): Float32Array {
  const total = centred ? 1 + Math.floor(samples.length / hop) : Math.ceil(samples.length / hop);
  const starts = [0];
  while (starts.at(-1)! + step + frames <= total) starts.push(starts.at(-1)! + step);
  if (remainder === 'cover' && starts.at(-1)! + frames < total) starts.push(total - frames);
  const windows = new Float32Array(starts.length * length);
  for (const [i, start] of starts.entries()) {
    const first = start * hop + begin;
    const part = samples.subarray(Math.max(0, first), Math.max(0, first + length));
    windows.set(part, i * length + Math.max(0, -first));
  }
  return windows;
}

/** The numbers of one window of an input: read from a recording's rows, or those of what is not there. */
import { wordless } from '../text/vocabulary.js';
import { type AudioInput, type Input, type WindowGrid, windowSize } from './window.js';

/** Removes an input from window `index`: digital silence, or a text without words. */
export function silenceWindow(input: Input, values: Float32Array | Int32Array, index: number): void {
  const size = windowSize(input);
  const window = values.subarray(index * size, (index + 1) * size);
  if (input.source === 'audio') window.fill((input.window ?? input.feature).silence);
  else window.set(wordless(input.size.length));
}

/**
 * Reads the window of an audio input into an array: stored rows as they are, or what is computed of the window's samples.
 *
 * @param grid - the model's windows
 * @param rows - rows of the recording, in all
 * @param read - copies rows from the window's first on into the target; `silence` follows the recording's last
 * @param out - receives the window, row-major [length × width] of `input.size`
 */
export function readWindow(
  { feature, window, rows: length }: AudioInput,
  { pad }: WindowGrid,
  rows: number,
  read: (target: Float32Array, silence: number) => void,
  out: Float32Array,
): void {
  const values = window ? new Float32Array(length * feature.width) : out;
  read(values, feature.silence);
  if (pad === 'repeat' && rows > 0 && rows < length) repeat(values, rows * feature.width);
  if (window) out.set(window.compute(values));
}

/** Fills an array with its first numbers again and again. */
export function repeat(values: Float32Array, count: number): void {
  for (let at = count; at < values.length; at += count)
    values.copyWithin(at, 0, Math.min(count, values.length - at));
}

/** Envelopes of held notes. */
import { SAMPLE_RATE } from './portable.js';

/**
 * The gain of a held note: a linear rise, a hold, a linear fall after the key is let go.
 *
 * @param position - samples since the start of the note
 * @param length - how long the key is held, in samples
 * @param attack - rise time in seconds
 * @param release - fall time in seconds
 * @returns the gain, 0 to 1
 */
export function heldGain(position: number, length: number, attack: number, release: number): number {
  const gain = Math.min(position / (attack * SAMPLE_RATE), 1);
  const after = position - length;
  if (after <= 0) return gain;
  const fall = 1 - after / (release * SAMPLE_RATE);
  return fall > 0 ? gain * fall : 0;
}

/**
 * Where a note stops sounding inside a buffer.
 *
 * @param start - first sample of the note
 * @param length - samples that it may sound
 * @returns how many samples are to be made
 */
export function audibleLength(out: Float32Array, start: number, length: number): number {
  return Math.max(0, Math.min(out.length - start, length));
}

/** Envelopes of held notes. */
import { SAMPLE_RATE } from './portable.js';

/**
 * Gain of a held note, 0 to 1: a linear rise, a hold, a linear fall after the key is released. Position and length of
 * the hold are in samples since the start of the note, attack and release in seconds.
 */
export function heldGain(position: number, length: number, attack: number, release: number): number {
  const gain = Math.min(position / (attack * SAMPLE_RATE), 1);
  const after = position - length;
  if (after <= 0) return gain;
  const fall = 1 - after / (release * SAMPLE_RATE);
  return fall > 0 ? gain * fall : 0;
}

/** Samples of a note that fit into `out`, from its first sample `start` and at most `length`. */
export function audibleLength(out: Float32Array, start: number, length: number): number {
  return Math.max(0, Math.min(out.length - start, length));
}

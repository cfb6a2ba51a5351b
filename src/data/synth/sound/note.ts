/** Notes, tones and envelopes, and the contract of every instrument. */
import type { RandomGenerator } from '../../../base/random.js';
import { SAMPLE_RATE } from './portable.js';

/** One note. Times are in samples at `SAMPLE_RATE`. */
export interface Note {
  start: number;
  /** How long the key is held; the release after it is up to the instrument. */
  length: number;
  /** MIDI note number. */
  midi: number;
  /** Strength of the attack, 0 to 1; louder notes are also brighter. */
  velocity: number;
}

/** Variation of an instrument between artists and clips. */
export interface Tone {
  /** 0.6 (dark) to 1.5 (bright). */
  brightness: number;
  /** Detuning of the whole instrument in cents. */
  cents: number;
  /** Distortion, 0 (clean) to 1 (heavily overdriven); only electric instruments follow it. */
  drive: number;
}

/**
 * Adds one note to `out`. What would sound after the end of `out` is cut off.
 *
 * `random` serves what differs from note to note (pick noise, phase).
 */
export type Play = (out: Float32Array, note: Note, tone: Tone, random: RandomGenerator) => void;

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

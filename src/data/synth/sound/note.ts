/** Notes and tones, and the contract of every instrument. */
import type { RandomGenerator } from '../../../base/random.js';

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

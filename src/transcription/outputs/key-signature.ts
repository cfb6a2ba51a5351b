/** Keys and notes on the line of fifths, as they are written. */
import type { Key } from '../../features/harmony/key.js';

/** Sharps (below 0: flats) of the major keys, from C up by semitones. */
const MAJOR_FIFTHS = [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5];

/** The steps in the order of their fifths, from F. */
const STEPS = ['F', 'C', 'G', 'D', 'A', 'E', 'B'] as const;

/** Sharps of a key's signature, from −6 to 6; below 0 flats. The names are those of `keyName`. */
export function fifthsOf({ tonic, mode }: Key): number {
  if (mode === 'major') return MAJOR_FIFTHS[tonic];
  // E flat minor has six flats; its relative major is written F sharp otherwise.
  return tonic === 3 ? -6 : MAJOR_FIFTHS[(tonic + 3) % 12];
}

/** A pitch as it is written. */
export interface WrittenPitch {
  step: (typeof STEPS)[number];
  /** Semitones by which an accidental or the signature moves the step. */
  alter: number;
  octave: number;
}

/** Further down the line of fifths than F flat no note is written. */
const LOWEST = -8;

/**
 * A MIDI number as it is written in a key, in C major where there is none: of its names, that which is nearest to the key
 * on the line of fifths. Minor keys have their sixth and seventh raised rather than others lowered.
 */
export function spell(midi: number, key: Key | null): WrittenPitch {
  const fifths = key ? fifthsOf(key) : 0;
  // Twelve positions on the line, with C at 0.
  const lowest = Math.max(LOWEST, fifths - (key?.mode === 'minor' ? 3 : 5));
  const position = lowest + ((((midi * 7 - lowest) % 12) + 12) % 12);
  const step = STEPS[(((position + 1) % 7) + 7) % 7];
  const alter = Math.floor((position + 1) / 7);
  return { step, alter, octave: Math.floor((midi - alter) / 12) - 1 };
}

/** Which notes of a bar need an accidental. */
import type { Key } from '../../features/harmony/key.js';
import { fifthsOf, spell } from './key-signature.js';
import type { Piece, WrittenNote } from './written-values.js';

/** Steps in the order in which sharps are added; flats come from the other end. */
const SHARPS = ['F', 'C', 'G', 'D', 'A', 'E', 'B'];

const NAMES: Record<number, string> = {
  [-2]: 'flat-flat',
  [-1]: 'flat',
  0: 'natural',
  1: 'sharp',
  2: 'double-sharp',
};

/** What the signature of a key makes of a step, in semitones. */
function signed(step: string, fifths: number): number {
  const place = SHARPS.indexOf(step);
  if (fifths > 0) return place < fifths ? 1 : 0;
  return 6 - place < -fifths ? -1 : 0;
}

/**
 * Names of the accidentals of a bar's notes, by note: where a pitch differs from the signature, or from what an accidental made
 * of its line before in the bar. A note that is tied to one before has none.
 *
 * @param pieces - of all voices of a staff in the bar
 */
export function accidentalsOf(pieces: readonly Piece[], key: Key | null): Map<WrittenNote, string> {
  const fifths = key ? fifthsOf(key) : 0;
  const inForce = new Map<string, number>();
  const shown = new Map<WrittenNote, string>();
  const inOrder = [...pieces].sort((a, b) => a.begin - b.begin);
  for (const note of inOrder.flatMap(({ notes }) => notes)) {
    const { step, alter, octave } = spell(note.midi, key);
    const line = `${step}${octave}`;
    if (note.tiedFrom || alter === (inForce.get(line) ?? signed(step, fifths))) continue;
    inForce.set(line, alter);
    shown.set(note, NAMES[alter]);
  }
  return shown;
}

/** Notes and rests as they are written: cut at bar lines and beats into values, with ties and triplets. */
import { QUARTER } from '../grid-notes.js';

/** Note values by their ticks, longest first, with and without a dot. */
const VALUES: readonly [ticks: number, type: string, dotted: boolean][] = [
  [96, 'whole', false],
  [72, 'half', true],
  [48, 'half', false],
  [36, 'quarter', true],
  [24, 'quarter', false],
  [18, 'eighth', true],
  [12, 'eighth', false],
  [9, '16th', true],
  [6, '16th', false],
  [3, '32nd', false],
];

/** Values within a triplet of eighths. */
const TRIPLET_VALUES: readonly [ticks: number, type: string, dotted: boolean][] = [
  [16, 'quarter', false],
  [8, 'eighth', false],
];

/** A note as it is written. */
export interface WrittenNote {
  /** Of a part of percussion, the drum of General MIDI. */
  midi: number;
  /** MIDI velocity; not written without it. */
  velocity?: number;
  /** Of the element, unique in a score: that of the first piece, and followed by `-2` and so on for those tied to it. */
  id?: string;
  /** Whether the same note goes on from a stretch or piece before, or into one after. Default: false. */
  tiedFrom?: boolean;
  tiedTo?: boolean;
}

/** Something that sounds or rests, within one bar. */
export interface Piece {
  /** Several notes are a chord, none a rest. */
  notes: readonly WrittenNote[];
  /** Ticks from a bar line. */
  begin: number;
  length: number;
  type: string;
  isDotted: boolean;
  isTriplet: boolean;
}

/** Something that sounds or rests, in ticks from a bar line. */
export interface Stretch {
  /** Several notes are a chord, none a rest. */
  notes: readonly WrittenNote[];
  begin: number;
  end: number;
}

const beatOf = (tick: number): number => Math.floor(tick / QUARTER);

/** The beats that are divided into three: those within which something begins or ends on a third. */
function tripletBeats(stretches: readonly Stretch[]): Set<number> {
  const beats = new Set<number>();
  for (const { begin, end } of stretches)
    for (const tick of [begin, end]) if (tick % (QUARTER / 8) !== 0) beats.add(beatOf(tick));
  return beats;
}

/** Cuts stretches at bar lines of every `bar` ticks and into written values, those of a beat's length from beat to beat. */
export function writtenPieces(stretches: readonly Stretch[], bar: number): Piece[] {
  const triplets = tripletBeats(stretches);
  return stretches.flatMap(({ notes, begin, end }) => {
    const pieces: Piece[] = [];
    for (let at = begin; at < end; ) {
      const isTriplet = triplets.has(beatOf(at));
      let limit = Math.min(end, (Math.floor(at / bar) + 1) * bar);
      // Off the beat, a value ends with the beat at the latest, so that the beats can be seen.
      const beatEnd = (beatOf(at) + 1) * QUARTER;
      if (isTriplet || at % QUARTER !== 0) limit = Math.min(limit, beatEnd);
      else
        for (let beat = beatOf(at) + 1; beat * QUARTER < limit; beat++)
          if (triplets.has(beat)) limit = beat * QUARTER;
      const values = isTriplet && limit - at < QUARTER ? TRIPLET_VALUES : VALUES;
      const [length, type, isDotted] = values.find(([ticks]) => ticks <= limit - at)!;
      const [goesOnFrom, goesOnTo] = [at > begin, at + length < end];
      pieces.push({
        notes: notes.map((note) => ({
          ...note,
          ...(note.id !== undefined && pieces.length > 0 && { id: `${note.id}-${pieces.length + 1}` }),
          tiedFrom: goesOnFrom || note.tiedFrom === true,
          tiedTo: goesOnTo || note.tiedTo === true,
        })),
        ...{ begin: at, length, type, isDotted, isTriplet: values === TRIPLET_VALUES },
      });
      at += length;
    }
    return pieces;
  });
}

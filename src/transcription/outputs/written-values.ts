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

/** Something that sounds or rests, within one bar. */
export interface Piece {
  /** Null for a rest. */
  midi: number | null;
  /** Ticks from a bar line. */
  begin: number;
  length: number;
  type: string;
  isDotted: boolean;
  isTriplet: boolean;
  /** Whether the same note goes on from a piece before, or into one after. */
  tiedFrom: boolean;
  tiedTo: boolean;
}

/** Something that sounds or rests, in ticks from a bar line. */
export interface Stretch {
  midi: number | null;
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
  return stretches.flatMap(({ midi, begin, end }) => {
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
      const isTied = midi !== null;
      pieces.push({
        ...{ midi, begin: at, length, type, isDotted, isTriplet: values === TRIPLET_VALUES },
        tiedFrom: isTied && at > begin,
        tiedTo: isTied && at + length < end,
      });
      at += length;
    }
    return pieces;
  });
}

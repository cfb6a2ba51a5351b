/** Which notes of a voice are joined by beams. */
import { QUARTER } from '../grid-notes.js';
import type { Piece } from './written-values.js';

/** How many beams or flags a note has by its type. */
const LEVELS: Record<string, number> = { eighth: 1, '16th': 2, '32nd': 3 };

const levelOf = ({ type }: Piece): number => LEVELS[type] ?? 0;

/** What a beam does at a place of its group: it joins neighbours that have as many, or is a hook to the one before or after. */
function stepOf(group: readonly Piece[], place: number, level: number): string {
  const has = (other: number): boolean => group[other] !== undefined && levelOf(group[other]) >= level;
  if (has(place - 1)) return has(place + 1) ? 'continue' : 'end';
  if (has(place + 1)) return 'begin';
  return place > 0 ? 'backward hook' : 'forward hook';
}

/** Notes of a beat that follow one another without a rest and have flags. */
function groupsOf(pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  let last: Piece | null = null;
  for (const piece of pieces) {
    const isFlagged = piece.notes.length > 0 && levelOf(piece) > 0;
    if (isFlagged) {
      const beat = Math.floor(piece.begin / QUARTER);
      if (last && Math.floor(last.begin / QUARTER) === beat) groups[groups.length - 1].push(piece);
      else groups.push([piece]);
    }
    last = isFlagged ? piece : null;
  }
  return groups.filter((group) => group.length > 1);
}

/**
 * Elements of the beams of a voice, by piece: notes of a beat are joined.
 *
 * @param pieces - of one voice, in order
 */
export function beamsOf(pieces: readonly Piece[]): Map<Piece, string> {
  const beams = new Map<Piece, string>();
  for (const group of groupsOf(pieces))
    for (const [place, piece] of group.entries()) {
      const levels = Array.from({ length: levelOf(piece) }, (_, i) => i + 1);
      beams.set(
        piece,
        levels.map((level) => `<beam number="${level}">${stepOf(group, place, level)}</beam>`).join(''),
      );
    }
  return beams;
}

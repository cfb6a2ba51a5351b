/** Notes on a grid: their units, and how the grid follows a singer. */

/** Ticks of a quarter: thirty-seconds and triplets are whole numbers of them. */
export const QUARTER = 24;

/** The note values that a grid may have as its shortest: quarters to thirty-seconds. */
export const NOTE_VALUES = [4, 8, 16, 32] as const;

/** A note value by the number that a whole note holds of it. */
export type NoteValue = (typeof NOTE_VALUES)[number];

/** Ticks of a note value. */
export const ticksOf = (value: NoteValue): number => (4 * QUARTER) / value;

/** A note on a grid. */
export interface GridNote {
  /** Index of the note in its list. */
  note: number;
  /** Ticks from a beat, and from there to the end. */
  begin: number;
  length: number;
  /** Seconds at which the grid has these, in the singer's tempo. */
  onset: number;
  offset: number;
}

/** Where the grid is at a note: a tick, the second at which the grid has it, and seconds of a quarter from there. */
export interface GridPlace {
  tick: number;
  time: number;
  quarter: number;
}

/** How much of its distance from the grid a note moves the grid behind it, and the tempo. */
const FOLLOW = { time: 0.4, tempo: 0.05 };

/** Share of the tempo by which the singer may become faster or slower. */
const DRIFT = 0.15;

/** Seconds at which the grid has a tick at or after a place. */
export const timeAt = ({ tick, time, quarter }: GridPlace, at: number): number =>
  time + ((at - tick) * quarter) / QUARTER;

/**
 * The grid behind a note that is put on a tick: it is moved by a part of what the note is late, so that a rubato does not
 * add up. `fitted`: seconds of a quarter in the tempo of the whole.
 */
export function followNote(place: GridPlace, tick: number, onset: number, fitted: number): GridPlace {
  const onGrid = timeAt(place, tick);
  const late = onset - onGrid;
  const quarters = Math.max(1, (tick - place.tick) / QUARTER);
  const quarter = Math.min(
    fitted * (1 + DRIFT),
    Math.max(fitted * (1 - DRIFT), place.quarter + (FOLLOW.tempo * late) / quarters),
  );
  return { tick, time: onGrid + FOLLOW.time * late, quarter };
}

/** Rests shorter than this are breath: the note before is held until the next. */
const SHORTEST_REST = QUARTER / 2;

/** Closes rests below an eighth, and ends notes where the next begins. */
export function closeRests(placed: GridNote[]): GridNote[] {
  for (let i = 0; i + 1 < placed.length; i++) {
    const [own, next] = [placed[i], placed[i + 1]];
    if (next.begin - own.begin - own.length >= SHORTEST_REST) continue;
    own.length = next.begin - own.begin;
    own.offset = next.onset;
  }
  return placed;
}

/** Notes on a grid of note values. */
import type { VoiceNote } from './segment.js';
import { beatPhase } from './tempo.js';

/** The note values that a grid may have as its shortest: quarters to thirty-seconds. */
export const NOTE_VALUES = [4, 8, 16, 32] as const;

/** A note value by the number that a whole note holds of it. */
export type NoteValue = (typeof NOTE_VALUES)[number];

/** How notes are moved to a grid. */
export interface GridSettings {
  /** The shortest note: 16 for sixteenths. */
  shortest: NoteValue;
  /** Share of the way that times are moved: 0 leaves them, 1 puts them on the grid. Default: 1. */
  strength?: number;
}

/** A note on a grid. */
export interface GridNote {
  /** Index of the note in its list. */
  note: number;
  /** Grid steps from the beginning, the first beat of the first note's bar; and from there to the end, 1 at least. */
  begin: number;
  length: number;
  /** Seconds at which the grid has these, in the singer's tempo. */
  onset: number;
  offset: number;
}

/** How much of its distance from the grid a note moves the grid behind it, and the tempo. */
const FOLLOW = { time: 0.4, tempo: 0.05 };

/** Share of the tempo by which the singer may become faster or slower. */
const DRIFT = 0.15;

/** Rests shorter than this, in quarters, are breath: the note before is held until the next. */
const SHORTEST_REST = 0.5;

/**
 * Puts notes on a grid that follows the singer: where a note begins before or after its place, the grid behind it moves
 * by a part of the distance, so that a rubato does not add up. No two notes begin at one place; of two that would, the
 * second is put on the next. Rests below an eighth are closed.
 *
 * @param notes - in order of time, as of `segmentNotes`
 * @param tempo - in quarters per minute
 */
export function placeOnGrid(
  notes: readonly VoiceNote[],
  tempo: number,
  { shortest }: Pick<GridSettings, 'shortest'>,
): GridNote[] {
  if (notes.length === 0) return [];
  const step = 4 / shortest;
  const fitted = 60 / tempo;
  const onsets = notes.map(({ onset }) => onset);
  /** Within its beat, the first note's place. */
  const first = Math.round((((onsets[0] - beatPhase(onsets, tempo)) / fitted + 2) % 1) / step) % (1 / step);
  let [time, place, beat] = [onsets[0], first, fitted];
  const placed = notes.map((note, i): GridNote => {
    const free = i === 0 ? first : place + 1;
    const begin = Math.max(free, place + Math.round((note.onset - time) / (beat * step)));
    const onGrid = time + (begin - place) * beat * step;
    const length = Math.max(1, Math.round((note.offset - onGrid) / (beat * step)));
    const placedNote = { note: i, begin, length, onset: onGrid, offset: onGrid + length * beat * step };
    const late = note.onset - onGrid;
    const beats = Math.max(1, (begin - place) * step);
    beat = Math.min(
      fitted * (1 + DRIFT),
      Math.max(fitted * (1 - DRIFT), beat + (FOLLOW.tempo * late) / beats),
    );
    time = onGrid + FOLLOW.time * late;
    place = begin;
    return placedNote;
  });
  for (let i = 0; i + 1 < placed.length; i++) {
    const [own, next] = [placed[i], placed[i + 1]];
    const rest = (next.begin - own.begin - own.length) * step;
    if (rest >= SHORTEST_REST) continue;
    own.length = next.begin - own.begin;
    own.offset = next.onset;
  }
  return placed;
}

/**
 * The notes with their times moved towards the grid by `strength`. They do not overlap. Throws RangeError for a strength
 * outside 0 to 1.
 */
export function quantiseNotes(
  notes: readonly VoiceNote[],
  tempo: number,
  { shortest, strength = 1 }: GridSettings,
): VoiceNote[] {
  if (!(strength >= 0 && strength <= 1))
    throw new RangeError(`strength must be a number from 0 to 1, not ${strength}.`);
  const moved = placeOnGrid(notes, tempo, { shortest }).map(({ note, onset, offset }) => ({
    ...notes[note],
    onset: notes[note].onset + strength * (onset - notes[note].onset),
    offset: notes[note].offset + strength * (offset - notes[note].offset),
  }));
  return moved.map((note, i) => ({
    ...note,
    offset: i + 1 < moved.length ? Math.min(note.offset, moved[i + 1].onset) : note.offset,
  }));
}

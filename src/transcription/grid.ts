/** Notes on a grid of note values. */
import {
  closeRests,
  followNote,
  type GridNote,
  type GridPlace,
  type NoteValue,
  QUARTER,
  ticksOf,
  timeAt,
} from './grid-notes.js';
import type { VoiceNote } from './segment.js';
import { beatPhase } from './tempo.js';
import { placeWithTriplets } from './triplets.js';

/** How notes are moved to a grid. */
export interface GridSettings {
  /** The shortest note: 16 for sixteenths. */
  shortest: NoteValue;
  /** Share of the way that times are moved: 0 leaves them, 1 puts them on the grid. Default: 1. */
  strength?: number;
  /** Whether beats may be triplets of eighths. Default: false. */
  tuplets?: boolean;
}

/** What `placeOnGrid` takes. */
export interface PlaceSettings extends Pick<GridSettings, 'shortest' | 'tuplets'> {
  /** Ticks from its beat at which the first note begins. Default: by where most notes lie on beats. */
  first?: number;
}

/**
 * Puts notes on a grid that follows the singer: where a note begins before or after its place, the grid behind it moves
 * by a part of the distance, so that a rubato does not add up. No two notes begin at one place; of two that would, the
 * second is put on the next. Rests below an eighth are closed. With tuplets, see `placeWithTriplets`.
 *
 * @param notes - in order of time, as of `segmentNotes`
 * @param tempo - in quarters per minute
 */
export function placeOnGrid(
  notes: readonly VoiceNote[],
  tempo: number,
  { shortest, tuplets = false, first = firstOf(notes, tempo, shortest) }: PlaceSettings,
): GridNote[] {
  if (notes.length === 0) return [];
  const fitted = 60 / tempo;
  if (tuplets) return placeWithTriplets(notes, fitted, shortest, first);
  const step = ticksOf(shortest);
  let place: GridPlace = { tick: first, time: notes[0].onset, quarter: fitted };
  return closeRests(
    notes.map((note, i): GridNote => {
      const steps = Math.round(((note.onset - place.time) * QUARTER) / (place.quarter * step));
      const begin = i === 0 ? first : place.tick + step * Math.max(1, steps);
      const onset = timeAt(place, begin);
      const seconds = (place.quarter * step) / QUARTER;
      const length = step * Math.max(1, Math.round((note.offset - onset) / seconds));
      const offset = onset + (length * place.quarter) / QUARTER;
      place = followNote(place, begin, note.onset, fitted);
      return { note: i, begin, length, onset, offset };
    }),
  );
}

/** Where in its beat the first note begins, in ticks. */
function firstOf(notes: readonly VoiceNote[], tempo: number, shortest: NoteValue): number {
  if (notes.length === 0) return 0;
  const onsets = notes.map(({ onset }) => onset);
  const beats = (onsets[0] - beatPhase(onsets, tempo)) / (60 / tempo);
  const step = ticksOf(shortest);
  return (Math.round((((beats + 2) % 1) * QUARTER) / step) * step) % QUARTER;
}

/**
 * The notes with their times moved towards the grid by `strength`. They do not overlap. Throws RangeError for a strength
 * outside 0 to 1.
 */
export function quantiseNotes(
  notes: readonly VoiceNote[],
  tempo: number,
  { shortest, strength = 1, tuplets }: GridSettings,
): VoiceNote[] {
  if (!(strength >= 0 && strength <= 1))
    throw new RangeError(`strength must be a number from 0 to 1, not ${strength}.`);
  const moved = placeOnGrid(notes, tempo, { shortest, tuplets }).map(({ note, onset, offset }) => ({
    ...notes[note],
    onset: notes[note].onset + strength * (onset - notes[note].onset),
    offset: notes[note].offset + strength * (offset - notes[note].offset),
  }));
  return moved.map((note, i) => ({
    ...note,
    offset: i + 1 < moved.length ? Math.min(note.offset, moved[i + 1].onset) : note.offset,
  }));
}

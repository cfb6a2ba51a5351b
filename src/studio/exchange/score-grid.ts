/** Notes of a project on the grid of a score, and divided into voices. */
import { QUARTER } from '../../transcription/grid-notes.js';
import type { Stretch, WrittenNote } from '../../transcription/outputs/written-values.js';
import { QUARTER_TICKS } from '../project/schema.js';
import { type PartNote, withoutOverlaps } from './played-parts.js';

/** Ticks of a project in one of a score. */
export const SCORE_TICK = QUARTER_TICKS / QUARTER;

/** Ticks of a score between places of a beat: thirty-seconds, and triplets of eighths. */
const STEPS = { binary: QUARTER / 8, triplet: QUARTER / 3 };

/** An end decides less than a beginning whether a beat is divided by three. */
const END_WEIGHT = 0.25;

/** Voices that notation programs read on a staff. */
const MOST_VOICES = 4;

/** A note of a score, in ticks from a bar line. */
export interface GridPartNote extends PartNote {
  /** Of the passage and note: unique in a score. */
  element: string;
}

/**
 * Identifier of a note in a score, of the place of its passage in the order; what XML does not have in one is written as its number.
 * A note that is written as several that are tied has `-2` and so on behind it from the second on.
 */
export const elementOf = (id: string, at: number): string =>
  `${id.replace(/^(?![a-z])/i, 'n').replace(/[^\w-]/gu, (letter) => `_${letter.codePointAt(0)!.toString(16)}`)}.${at}`;

const distance = (tick: number, step: number): number => Math.abs(tick - step * Math.round(tick / step));

/**
 * The step of each beat in which something begins or ends: that to which all of it is nearer. A beat in which the piece
 * begins or ends, as it may with a pickup, is never a triplet, nor is the last beat if a note begins so late in it that only
 * the end of the piece is near: the last third of a beat is too far from it.
 */
function stepsOfBeats(notes: readonly PartNote[], from: number, pieceEnd: number): (beat: number) => number {
  const far = new Map<number, { binary: number; triplet: number }>();
  const add = (tick: number, weight: number): void => {
    const beat = Math.floor(tick / QUARTER);
    const sum = far.get(beat) ?? { binary: 0, triplet: 0 };
    sum.binary += weight * distance(tick, STEPS.binary);
    sum.triplet += weight * distance(tick, STEPS.triplet);
    far.set(beat, sum);
  };
  for (const { start, end } of notes) {
    add(start, 1);
    add(end, END_WEIGHT);
  }
  const cut = [from, pieceEnd]
    .filter((tick) => tick % QUARTER !== 0)
    .map((tick) => Math.floor(tick / QUARTER));
  if (notes.some(({ start }) => start > pieceEnd - STEPS.triplet / 2))
    cut.push(Math.ceil(pieceEnd / QUARTER) - 1);
  return (beat) => {
    if (cut.includes(beat)) return STEPS.binary;
    const { binary, triplet } = far.get(beat) ?? { binary: 0, triplet: 0 };
    return triplet < binary / 2 ? STEPS.triplet : STEPS.binary;
  };
}

/**
 * Notes in ticks of a score: each beat is divided into thirty-seconds, or into a triplet of eighths where what begins and ends
 * in it is nearer to that, and a note lasts a step at least. Notes that lie on such a grid are exact.
 *
 * @param from - ticks of the score at which the project begins
 * @param end - ticks of the score at which it ends
 */
export function notesOnGrid(notes: readonly PartNote[], from: number, end: number): GridPartNote[] {
  const scaled = notes.map((note) => ({
    ...note,
    start: from + note.start / SCORE_TICK,
    end: from + note.end / SCORE_TICK,
  }));
  const stepOf = stepsOfBeats(scaled, from, end);
  const toGrid = (tick: number): number => {
    const step = stepOf(Math.floor(tick / QUARTER));
    return step * Math.round(tick / step);
  };
  const placed = scaled.map((note): GridPartNote => {
    const rounded = toGrid(note.start);
    const start = rounded < end ? rounded : end - stepOf(Math.floor((end - 1) / QUARTER));
    const least = start + stepOf(Math.floor(start / QUARTER));
    return { ...note, element: elementOf(note.id, note.at), start, end: Math.max(least, toGrid(note.end)) };
  });
  const inOrder = placed.sort((a, b) => a.start - b.start || a.pitch - b.pitch);
  const whole = withoutOverlaps(inOrder).map((note) => ({ ...note, end: Math.min(end, note.end) }));
  return whole.filter((note) => note.end > note.start);
}

/** Notes that begin and end together. */
interface Chord {
  notes: readonly GridPartNote[];
  start: number;
  end: number;
}

function chordsOf(notes: readonly GridPartNote[]): Chord[] {
  const chords = new Map<string, GridPartNote[]>();
  for (const note of notes) {
    const key = `${note.start} ${note.end}`;
    const own = chords.get(key) ?? [];
    own.push(note);
    chords.set(key, own);
  }
  return [...chords.values()].map((own) => ({ notes: own, start: own[0].start, end: own[0].end }));
}

const written = ({ pitch, velocity, element }: GridPartNote): WrittenNote => ({
  ...{ midi: pitch, velocity, id: element },
});

/** The chords of a voice with rests between them, from the beginning to the end. */
function withRests(stretches: readonly Stretch[], start: number, end: number): Stretch[] {
  const all: Stretch[] = [];
  let at = start;
  for (const stretch of stretches) {
    if (stretch.begin > at) all.push({ notes: [], begin: at, end: stretch.begin });
    all.push(stretch);
    at = stretch.end;
  }
  if (end > at) all.push({ notes: [], begin: at, end });
  return all;
}

/** All notes as one voice: a new chord wherever one begins or ends, with ties between those of the same note. */
function asOneVoice(notes: readonly GridPartNote[]): Stretch[] {
  const borders = [...new Set(notes.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  return borders.slice(0, -1).flatMap((begin, i): Stretch[] => {
    const end = borders[i + 1];
    const own = notes.filter((note) => note.start <= begin && note.end >= end);
    const tied = own.map(
      (note): WrittenNote => ({
        ...written(note),
        id: note.start === begin ? note.element : `${note.element}-at-${begin}`,
        ...{ tiedFrom: note.start < begin, tiedTo: note.end > end },
      }),
    );
    return tied.length === 0 ? [] : [{ notes: tied, begin, end }];
  });
}

/**
 * The voices of a staff: notes that begin and end together are a chord, and a chord is in the first voice that is free. More
 * than the four that programs read become one, in which notes are tied wherever another begins or ends.
 *
 * @param notes - as of `notesOnGrid`
 * @param start - ticks at which the score begins, and ends
 */
export function voicesOf(notes: readonly GridPartNote[], start: number, end: number): Stretch[][] {
  const chords = chordsOf(notes).sort((a, b) => a.start - b.start || b.notes[0].pitch - a.notes[0].pitch);
  const voices: Chord[][] = [];
  for (const chord of chords) {
    const free = voices.find((voice) => voice[voice.length - 1].end <= chord.start);
    if (free) free.push(chord);
    else voices.push([chord]);
  }
  if (voices.length === 0) return [withRests([], start, end)];
  if (voices.length > MOST_VOICES) return [withRests(asOneVoice(notes), start, end)];
  return voices.map((voice) =>
    withRests(
      voice.map(
        (chord): Stretch => ({ notes: chord.notes.map(written), begin: chord.start, end: chord.end }),
      ),
      start,
      end,
    ),
  );
}

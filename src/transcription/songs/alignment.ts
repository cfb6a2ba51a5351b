/** A hum's notes against those of a melody: the last stage of a search, and where in the hum each note of the song is. */
import { endOf, type Line, WORST_PITCH } from './contour.js';

/** What a hum's notes are compared at. */
export interface Placement {
  /** The note of the melody, from 0, that the hum begins with. */
  first: number;
  /** Semitones by which the hum lies above the melody. */
  transposition: number;
  /** How much longer the hum's notes are than the melody's, in octaves. */
  tempo: number;
}

/** A note of a song where a hum has it. */
export interface SungNote {
  /** In seconds of the hum. */
  onset: number;
  /** In seconds of the hum. */
  offset: number;
  /** Of the song, moved to where the hum is: a fractional MIDI number. */
  pitch: number;
  /** False for a note that the hum leaves out; its times lie between those of its neighbours. */
  isHummed: boolean;
}

/** What an octave of duration costs, the most that a duration costs, and a note more or fewer. */
const DURATION = { octave: 0.5, most: 0.75 };
const GAP = 2.5;

/** A melody may have so many notes more than the hum. */
const MORE = 4;

/** Numbers that a row of the comparison needs, for a hum of so many notes. */
export const alignmentRoom = (hummed: number): number => hummed + MORE + 1;

/** What it costs that note i of the hum is note `at` of the melody. */
function pairCost(
  query: Line,
  i: number,
  line: Line,
  at: number,
  { transposition, tempo }: Placement,
): number {
  const pitch = Math.abs(query.pitches[i] - transposition - line.pitches[at]);
  // How long a last note is held says nothing.
  const isLast = i + 1 === query.pitches.length || at + 1 === line.pitches.length;
  const duration = isLast ? 0 : Math.abs(query.durations[i] - tempo - line.durations[at]);
  return Math.min(WORST_PITCH, pitch) + Math.min(DURATION.most, DURATION.octave * duration);
}

/**
 * The cost, per note of the hum, of turning a hum's notes into those of a melody at the best end: pitches and durations
 * that differ, and notes more or fewer. `rowOf(i)`: room for `alignmentRoom` numbers after i notes of the hum; the rows of
 * i and i + 1 must differ.
 */
export function alignmentCost(
  query: Line,
  line: Line,
  placement: Placement,
  rowOf: (i: number) => Float64Array,
): number {
  const hummed = query.pitches.length;
  const notes = Math.min(hummed + MORE, line.pitches.length - placement.first);
  let above = rowOf(0);
  for (let j = 0; j <= notes; j++) above[j] = j * GAP;
  for (let i = 1; i <= hummed; i++) {
    const row = rowOf(i);
    row[0] = i * GAP;
    for (let j = 1; j <= notes; j++) {
      const paired = above[j - 1] + pairCost(query, i - 1, line, placement.first + j - 1, placement);
      row[j] = Math.min(paired, above[j] + GAP, row[j - 1] + GAP);
    }
    above = row;
  }
  let best = Infinity;
  for (let j = 1; j <= notes; j++) best = Math.min(best, above[j]);
  return best / hummed;
}

/** Pairs of a note of the hum and a note of the melody, in order, of the alignment that costs least. */
function pairs(query: Line, line: Line, placement: Placement): [hummed: number, sung: number][] {
  const hummed = query.pitches.length;
  const rows = Array.from({ length: hummed + 1 }, () => new Float64Array(alignmentRoom(hummed)));
  const cost = hummed * alignmentCost(query, line, placement, (i) => rows[i]);
  const found: [number, number][] = [];
  let j = rows[hummed].findIndex((value, at) => at > 0 && Math.abs(value - cost) < 1e-9);
  for (let i = hummed; i > 0 && j > 0; ) {
    if (rows[i][j] === rows[i][j - 1] + GAP) j--;
    else if (rows[i][j] === rows[i - 1][j] + GAP) i--;
    else found.push([--i, placement.first + --j]);
  }
  return found.reverse();
}

/** The notes of a melody where a hum has them: from the first that is hummed to the last. Empty where none is. */
export function notesInHum(query: Line, line: Line, placement: Placement): SungNote[] {
  const paired = pairs(query, line, placement);
  const sung: SungNote[] = [];
  for (const [pair, [i, at]] of paired.entries()) {
    const [next, nextAt] = paired[pair + 1] ?? [i + 1, at + 1];
    // Times of the melody between two notes that are hummed.
    const [begin, end] = [query.onsets[i], endOf(query, next)];
    const [from, to] = [line.onsets[at], endOf(line, nextAt)];
    const timeOf = (time: number): number => begin + ((end - begin) * (time - from)) / (to - from);
    for (let note = at; note < nextAt; note++)
      sung.push({
        onset: timeOf(line.onsets[note]),
        offset: timeOf(endOf(line, note + 1)),
        pitch: line.pitches[note] + placement.transposition,
        isHummed: note === at,
      });
  }
  return sung;
}

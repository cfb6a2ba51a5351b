/** The bars of a piece as it is played, whatever passages it is divided into, and how alike they are. */
import { type FeatureMatrix, zeroMatrix } from '../../features/matrix.js';
import { melodyTrack } from '../arrangement/melody.js';
import { type Note, type Project, QUARTER_TICKS } from '../project/schema.js';
import { barTicks, pieceTicks, playedNotes } from '../project/timeline.js';

/** Sixteenths, on which notes are compared. */
export const GRID = QUARTER_TICKS / 4;

/** A note in its bar. */
export interface BarNote {
  /** Index of its track. */
  track: number;
  note: Note;
  /** Ticks from the beginning of its bar, and how long it sounds. */
  start: number;
  length: number;
}

/** What is played in the bars of a piece; bars begin where a passage may begin, a pickup before the bar line. */
export interface PieceBars {
  /** Notes by the bar in which they begin. */
  bars: BarNote[][];
  /** A number for each bar: those with the same notes of all tracks, on sixteenths, have the same. */
  ids: number[];
  /** Pitch of the melody in each sixteenth of each bar, row-major; -1 where it rests. */
  melody: Int16Array;
  /** Where notes of the melody begin: 1 in those sixteenths, row-major. */
  onsets: Uint8Array;
  /** Sixteenths of a bar. */
  steps: number;
  /** Whether a note sounds over the beginning of a bar by more than a sixteenth. */
  crossed: boolean[];
}

/** What two bars have to have in common to be equal. */
const barKey = (notes: readonly BarNote[]): string =>
  notes
    .map(({ track, note, start, length }) =>
      [track, Math.round(start / GRID), Math.max(1, Math.round(length / GRID)), note.pitch].join(' '),
    )
    .sort()
    .join(',');

/** Takes a piece apart into bars. */
export function barsOfPiece(project: Project): PieceBars {
  const bar = barTicks(project);
  const count = pieceTicks(project) / bar;
  const steps = bar / GRID;
  const bars = Array.from({ length: count }, (): BarNote[] => []);
  const crossed = bars.map(() => false);
  const melody = new Int16Array(count * steps).fill(-1);
  const onsets = new Uint8Array(count * steps);
  const leading = melodyTrack(project);
  for (const { track, note, start, end } of playedNotes(project)) {
    const own = Math.floor(start / bar);
    bars[own].push({
      ...{ track: project.tracks.indexOf(track), note },
      ...{ start: start - own * bar, length: end - start },
    });
    for (let next = own + 1; next * bar < end - GRID; next++) crossed[next] = true;
    if (track !== leading) continue;
    const from = Math.min(melody.length - 1, Math.round(start / GRID));
    onsets[from] = 1;
    melody.fill(note.pitch, from, Math.max(from + 1, Math.round(end / GRID)));
  }
  const numbers = new Map<string, number>();
  const ids = bars.map((notes) => {
    const key = barKey(notes);
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  });
  return { bars, ids, melody, onsets, steps, crossed };
}

/** Parts of a bar whose pitch is compared with the bar's mean. */
const CONTOUR = 4;

/**
 * A vector for each bar: how long each pitch class sounds, in which sixteenths notes begin, and whether the melody is above or
 * below its mean, on four parts of the bar. Each of the three has length 1, so that the cosine of two bars is the mean of three.
 */
export function barFeatures({ melody, steps, bars, ids }: PieceBars): FeatureMatrix {
  const bands = 12 + steps + CONTOUR;
  const matrix = zeroMatrix(ids.length, bands);
  for (const [bar, notes] of bars.entries()) {
    const row = matrix.values.subarray(bar * bands, (bar + 1) * bands);
    const own = melody.subarray(bar * steps, (bar + 1) * steps);
    const sounding = own.filter((pitch) => pitch >= 0);
    for (const pitch of sounding) row[pitch % 12]++;
    for (const { start } of notes) row[12 + Math.min(steps - 1, Math.round(start / GRID))] = 1;
    const mean = sounding.reduce((sum, pitch) => sum + pitch, 0) / Math.max(1, sounding.length);
    for (const [step, pitch] of own.entries())
      if (pitch >= 0) row[12 + steps + Math.floor((step * CONTOUR) / steps)] += pitch - mean;
    for (const part of [row.subarray(0, 12), row.subarray(12, 12 + steps), row.subarray(12 + steps)]) {
      const norm = Math.hypot(...part);
      if (norm > 0) for (let i = 0; i < part.length; i++) part[i] /= norm;
    }
  }
  return matrix;
}

/**
 * The share of sixteenths in which the melody of two stretches of bars is the same, of those in which one of them sounds; 0
 * where neither does.
 */
export function agreement({ melody, steps }: PieceBars, a: number, b: number, bars: number): number {
  let [same, all] = [0, 0];
  for (let i = 0; i < bars * steps; i++) {
    const [first, second] = [melody[a * steps + i], melody[b * steps + i]];
    if (first < 0 && second < 0) continue;
    all++;
    if (first === second) same++;
  }
  return all === 0 ? 0 : same / all;
}

/** The share of sixteenths in which notes of both of two stretches of bars begin, of those in which a note of either does. */
export function rhythmAgreement({ onsets, steps }: PieceBars, a: number, b: number, bars: number): number {
  let [both, either] = [0, 0];
  for (let i = 0; i < bars * steps; i++) {
    const [first, second] = [onsets[a * steps + i], onsets[b * steps + i]];
    both += first & second;
    either += first | second;
  }
  return either === 0 ? 0 : both / either;
}

/** How much longer than the mean of the notes before it the last note of a phrase lasts, or it and the rest after it. */
const LONG = 1.5;

/** Whether a stretch of bars ends as phrases do: with a long note, or with a rest. */
export function endsAsPhrase({ onsets, steps }: PieceBars, begin: number, bars: number): boolean {
  const [from, to] = [begin * steps, (begin + bars) * steps];
  const first = onsets.indexOf(1, from);
  const last = onsets.lastIndexOf(1, to - 1);
  if (first < 0 || first >= to || last <= first) return false;
  let others = 0;
  for (let i = first; i < last; i++) others += onsets[i];
  return to - last >= (LONG * (last - first)) / others;
}

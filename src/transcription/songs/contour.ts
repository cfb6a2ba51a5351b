/** Melodies as contours: pitches at evenly spaced points, which are alike whatever the tempo. */
import type { Melody } from './song.js';

/** Pitch errors, in semitones, count up to this: a wrong octave is not worse than a wrong note. */
export const WORST_PITCH = 3;

/** A melody in the form that is searched. */
export interface Line {
  song: number;
  onsets: Float64Array;
  pitches: Float32Array;
  /** Logarithm (2) of the time from each onset to the next. */
  durations: Float32Array;
  end: number;
}

/** Takes a melody of a song; `song`: its place in the list. */
export function lineOf({ onsets, pitches, end }: Melody, song: number): Line {
  return {
    song,
    onsets: Float64Array.from(onsets),
    pitches: Float32Array.from(pitches),
    durations: Float32Array.from(onsets, (onset, i) =>
      Math.log2(Math.max(1e-9, (i + 1 < onsets.length ? onsets[i + 1] : end) - onset)),
    ),
    end,
  };
}

/** When the notes to before `last` end: where the next begins. */
export const endOf = ({ onsets, end }: Line, last: number): number =>
  last < onsets.length ? onsets[last] : end;

/** Pitches at evenly spaced points of the notes from `first` to before `last`; each lasts until the next. */
function sampleContour(line: Line, first: number, last: number, contour: Float32Array): void {
  const { onsets, pitches } = line;
  const begin = onsets[first];
  const step = (endOf(line, last) - begin) / contour.length;
  let note = first;
  for (let point = 0; point < contour.length; point++) {
    const time = begin + (point + 0.5) * step;
    while (note + 1 < last && onsets[note + 1] <= time) note++;
    contour[point] = pitches[note];
  }
}

/** Sorts a few numbers in place: an insertion sort is the fastest for these. */
function sortFew(values: Float32Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i];
    let j = i - 1;
    for (; j >= 0 && values[j] > value; j--) values[j + 1] = values[j];
    values[j + 1] = value;
  }
}

/** Compares contours of one number of points with a query's. */
export class ContourComparison {
  private readonly contour: Float32Array;
  private readonly sorted: Float32Array;
  private readonly query: Float32Array;

  constructor(query: Line, points: number) {
    this.contour = new Float32Array(points);
    this.sorted = new Float32Array(points);
    this.query = new Float32Array(points);
    sampleContour(query, 0, query.onsets.length, this.query);
  }

  /** The median by which the query lies higher than the notes of a place, in semitones. */
  transposition(line: Line, first: number, last: number): number {
    sampleContour(line, first, last, this.contour);
    const { sorted, contour, query } = this;
    for (let i = 0; i < sorted.length; i++) sorted[i] = query[i] - contour[i];
    sortFew(sorted);
    return sorted[sorted.length >> 1];
  }

  /** Mean difference of pitch after the transposition, each of at most three semitones. */
  cost(line: Line, first: number, last: number): number {
    const shift = this.transposition(line, first, last);
    const { sorted } = this;
    let sum = 0;
    for (let i = 0; i < sorted.length; i++) sum += Math.min(WORST_PITCH, Math.abs(sorted[i] - shift));
    return sum / sorted.length;
  }
}

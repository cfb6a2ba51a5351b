/** Melodies as contours: pitches at evenly spaced points, which are alike whatever the tempo. */
import type { Melody } from './song.js';

/** Pitch errors, in semitones, count up to this: a wrong octave is not worse than a wrong note. */
export const WORST_PITCH = 3;

/** Points of the contours that every place is compared by: a multiple of four, for the kernels. */
export const COARSE_POINTS = 12;

/** A melody in the form that is searched. */
export interface Line {
  song: number;
  onsets: Float64Array;
  pitches: Float32Array;
  /** Logarithm (2) of the time from each onset to the next. */
  durations: Float32Array;
  end: number;
  /** Pitches at even steps of time, of which a mean note has eight, and the step at which each note begins. */
  track: Float32Array;
  begins: Int32Array;
}

/** Steps of a mean note in the track of pitches. */
const STEPS = 8;

/** Takes a melody of a song; `song`: its place in the list. */
export function lineOf({ onsets, pitches, end }: Melody, song: number): Line {
  const count = STEPS * onsets.length;
  const begins = Int32Array.from(onsets, (onset) =>
    Math.min(count - 1, Math.round((count * (onset - onsets[0])) / (end - onsets[0]))),
  );
  const track = new Float32Array(count);
  for (const [i, begin] of begins.entries()) track.fill(pitches[i], begin);
  return {
    song,
    track,
    begins,
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
function sampleContour({ track, begins }: Line, first: number, last: number, contour: Float32Array): void {
  const begin = begins[first];
  const step = ((last < begins.length ? begins[last] : track.length) - begin) / contour.length;
  let at = begin + step / 2;
  for (let point = 0; point < contour.length; point++, at += step) contour[point] = track[Math.trunc(at)];
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
  /** The query's pitches at the points. */
  readonly query: Float32Array;

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

  /**
   * Mean difference of pitch, each of at most three semitones, after the mean of those near the mean is taken out; the
   * median would need them in order, which takes most of the time of a search.
   */
  cost(line: Line, first: number, last: number): number {
    const { contour: differences, query } = this;
    const points = query.length;
    sampleContour(line, first, last, differences);
    let sum = 0;
    for (let i = 0; i < points; i++) {
      const difference = query[i] - differences[i];
      differences[i] = difference;
      sum += difference;
    }
    const mean = sum / points;
    let [near, count] = [0, 0];
    for (let i = 0; i < points; i++) {
      const difference = differences[i];
      if (Math.abs(difference - mean) > WORST_PITCH) continue;
      near += difference;
      count++;
    }
    const shift = count === 0 ? mean : near / count;
    let cost = 0;
    for (let i = 0; i < points; i++) cost += Math.min(WORST_PITCH, Math.abs(differences[i] - shift));
    return cost / points;
  }
}

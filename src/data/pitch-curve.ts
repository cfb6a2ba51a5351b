/** Pitch over time: what a network is trained to find, as a file or from notes. */
import type { ListedNote } from './note-list.js';

/** A pitch curve; the melody measures of `eval/harmony` take it as it is. */
export interface PitchCurve {
  /** Seconds, ascending. */
  times: Float64Array;
  /** At each time; 0 where no pitch is sung. */
  hertz: Float64Array;
}

/** What files of curves are called: `NAME.f0.csv`. */
export const CURVE_ENDING = '.f0.csv';

/** Seconds between values of a curve made of notes: the grid of MIREX. */
const NOTE_STEP = 0.01;

/**
 * Reads rows of time in seconds and Hz, as `mir_eval.io.load_time_series`, MIREX and vocadito have them: separated by a
 * comma, a semicolon or white space, 0 or a negative number where nothing is voiced. A header of words and lines
 * that begin with `#` are skipped. Throws Error in a few words, with the line.
 */
export function parsePitchCurve(text: string): PitchCurve {
  const times: number[] = [];
  const hertz: number[] = [];
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const row = line.trim();
    if (row === '' || row.startsWith('#')) continue;
    const cells = row.split(/\s*[,;]\s*|\s+/);
    const numbers = cells.slice(0, 2).map((cell) => (cell === '' ? Number.NaN : Number(cell)));
    if (times.length === 0 && cells.every((cell) => !/^[-+.\d]/.test(cell))) continue;
    const wrong = numbers.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new Error(`line ${i + 1}: "${cells[wrong]}" is not a number`);
    if (numbers.length < 2) throw new Error(`line ${i + 1} has one column; give time and Hz`);
    if (times.length > 0 && !(numbers[0] > times[times.length - 1]))
      throw new Error(`line ${i + 1}: the time ${cells[0]} is not later than the one before`);
    times.push(numbers[0]);
    hertz.push(Math.max(0, numbers[1]));
  }
  if (times.length === 0) throw new Error('it has no rows of time and Hz');
  return { times: Float64Array.from(times), hertz: Float64Array.from(hertz) };
}

/** The text of a curve, as `parsePitchCurve` and mir_eval read it. */
export const pitchCurveText = ({ times, hertz }: PitchCurve): string =>
  Array.from(times, (time, i) => `${time.toFixed(4)},${hertz[i].toFixed(3)}\n`).join('');

/** A note's pitch while it sounds, 0 in rests, every 10 ms; of notes that overlap, the later one's. Times are in seconds. */
export function curveOfNotes(notes: readonly ListedNote[]): PitchCurve {
  const sorted = [...notes].sort((a, b) => a.onset - b.onset);
  const end = sorted.reduce((latest, { offset }) => Math.max(latest, offset), 0);
  const count = Math.ceil(end / NOTE_STEP) + 1;
  const times = Float64Array.from({ length: count }, (_, i) => i * NOTE_STEP);
  const hertz = new Float64Array(count);
  for (const { onset, offset, pitch } of sorted) {
    const hz = 440 * 2 ** ((pitch - 69) / 12);
    for (let i = Math.max(0, Math.ceil(onset / NOTE_STEP - 1e-9)); i < count && times[i] < offset; i++)
      hertz[i] = hz;
  }
  return { times, hertz };
}

/**
 * Hz of a curve at a time: between two voiced values on the straight line of their logarithms, else the nearer one's. 0
 * behind the last value, and more than one step before the first.
 */
export function hertzAt({ times, hertz }: PitchCurve, time: number): number {
  const last = times.length - 1;
  if (last < 0) return 0;
  if (last === 0) return Math.abs(time - times[0]) <= NOTE_STEP ? hertz[0] : 0;
  if (time <= times[0]) return times[0] - time <= times[1] - times[0] ? hertz[0] : 0;
  if (time > times[last]) return time - times[last] <= (times[last] - times[last - 1]) / 2 ? hertz[last] : 0;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle;
    else high = middle;
  }
  const share = (time - times[low]) / (times[high] - times[low]);
  if (hertz[low] > 0 && hertz[high] > 0) return hertz[low] * (hertz[high] / hertz[low]) ** share;
  return share < 0.5 ? hertz[low] : hertz[high];
}

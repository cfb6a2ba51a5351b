/** The likeliest line through peaks of salience. */
import type { SaliencePeaks } from './peaks.js';
import { BIN_CENTS, LOWEST_HERTZ } from './salience.js';

/** What makes a line likely. */
export interface LineSettings {
  /** Cost of a change of pitch by a semitone from a frame to the next. Default: 0.2. */
  glide?: number;
  /** Cost of any change at most: that of a new note. Default: 1. */
  leap?: number;
  /** Pitch around which melodies lie, a MIDI number. Default: 72. */
  centre?: number;
  /** Semitones from there at which a peak counts for 0.6 of its salience. Default: 24. */
  spread?: number;
  /** How much a peak counts that is half as salient as the largest of its frame: 0.5 to this power. Default: 2. */
  contrast?: number;
}

const LOWEST_PITCH = 69 + 12 * Math.log2(LOWEST_HERTZ / 440);

/**
 * The line through the peaks that is most salient and moves least (Viterbi): each frame adds the salience of its peak,
 * relative to the largest of the frame and weighted by how usual the pitch is for a melody, less the cost of the change
 * from the frame before.
 *
 * @returns the index of each frame's peak; −1 for a frame without peaks
 */
export function likeliestLine(
  { offsets, bins, strengths }: SaliencePeaks,
  settings: LineSettings = {},
): Int32Array {
  const { glide = 0.2, leap = 1, centre = 72, spread = 24, contrast = 2 } = settings;
  const frames = offsets.length - 1;
  const scores = new Float64Array(strengths.length);
  const before = new Int32Array(strengths.length).fill(-1);
  const costOfBin = (glide * BIN_CENTS) / 100;
  // First and end of the peaks of the last frame that has any.
  let [first, end] = [0, 0];
  for (let t = 0; t < frames; t++) {
    const [from, to] = [offsets[t], offsets[t + 1]];
    if (from === to) continue;
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, strengths[i]);
    let top = first;
    for (let k = first; k < end; k++) if (scores[k] > scores[top]) top = k;
    for (let i = from; i < to; i++) {
      const distance = (LOWEST_PITCH + (bins[i] * BIN_CENTS) / 100 - centre) / spread;
      let [best, source] = end > first ? [scores[top] - leap, top] : [0, -1];
      for (let k = first; k < end; k++) {
        const score = scores[k] - costOfBin * Math.abs(bins[k] - bins[i]);
        if (score > best) [best, source] = [score, k];
      }
      scores[i] = best + (strengths[i] / most) ** contrast * Math.exp(-0.5 * distance * distance);
      before[i] = source;
    }
    [first, end] = [from, to];
  }
  const line = new Int32Array(frames).fill(-1);
  if (end === 0) return line;
  let at = first;
  for (let i = first; i < end; i++) if (scores[i] > scores[at]) at = i;
  for (let t = frames - 1; t >= 0 && at >= 0; t--)
    if (at >= offsets[t] && at < offsets[t + 1]) {
      line[t] = at;
      at = before[at];
    }
  return line;
}

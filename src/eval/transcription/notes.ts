/** How well a list of notes is that of a reference, by the rules of MIREX's note tracking and of mir_eval. */
import { largestMatching } from './matching.js';

/** A note to be compared. */
export interface ScoredNote {
  /** In seconds. */
  onset: number;
  /** In seconds, after the onset. */
  offset: number;
  /** Fractional MIDI number: 69 is A of 440 Hz. */
  pitch: number;
}

/** What counts as the same note; names and defaults of mir_eval.transcription. */
export interface NoteTolerance {
  /** Seconds between the onsets. Default: 0.05. */
  onset?: number;
  /** Semitones between the pitches. Default: 0.5. */
  pitch?: number;
  /** Share of the reference's duration by which offsets may differ. Default: 0.2. */
  offsetRatio?: number;
  /** Seconds by which offsets may always differ. Default: 0.05. */
  offsetLeast?: number;
}

/** Precision, recall and their harmonic mean. */
export interface NoteScore {
  /** Share of the estimated notes that are right; 0 where there are none. */
  precision: number;
  /** Share of the reference's notes that were found; 0 where there are none. */
  recall: number;
  f1: number;
}

/** The three scores of singing transcription (Molina et al. 2014). */
export interface NoteScores {
  /** Correct onset. */
  con: NoteScore;
  /** Correct onset and pitch. */
  conp: NoteScore;
  /** Correct onset, pitch and offset. */
  conpoff: NoteScore;
}

/** mir_eval compares times after rounding to this many decimals. */
const DECIMALS = 4;

const rounded = (seconds: number): number => Math.round(seconds * 10 ** DECIMALS) / 10 ** DECIMALS;

const within = (a: number, b: number, tolerance: number): boolean => rounded(Math.abs(a - b)) <= tolerance;

/** Precision, recall and F1 of a number of matched notes. */
function scoreOf(matched: number, reference: number, estimated: number): NoteScore {
  if (matched === 0) return { precision: 0, recall: 0, f1: 0 };
  const [precision, recall] = [matched / estimated, matched / reference];
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/**
 * Scores notes against a reference: a note is right where its onset (and pitch, and offset) are within the tolerance of a
 * note of the reference, each of which counts once; the pairs are those of a largest matching. Equal to
 * `precision_recall_f1_overlap` and `onset_precision_recall_f1` of mir_eval 0.8 (Raffel et al. 2014). Lists may be in any
 * order; the defaults are those of MIREX.
 *
 * @example
 * const { conp } = scoreNotes(reference, transcription.notes);
 * console.log(conp.f1);
 */
export function scoreNotes(
  reference: readonly ScoredNote[],
  estimated: readonly ScoredNote[],
  { onset = 0.05, pitch = 0.5, offsetRatio = 0.2, offsetLeast = 0.05 }: NoteTolerance = {},
): NoteScores {
  const order = estimated.map((_, i) => i).sort((a, b) => estimated[a].onset - estimated[b].onset);
  const onsets = order.map((i) => estimated[i].onset);
  /** Estimated notes whose onsets are close to that of a note of the reference. */
  const near = (note: ScoredNote): number[] => {
    const found: number[] = [];
    for (let at = firstFrom(onsets, note.onset - onset - 1e-3); at < onsets.length; at++) {
      if (onsets[at] > note.onset + onset + 1e-3) break;
      if (within(onsets[at], note.onset, onset)) found.push(order[at]);
    }
    return found;
  };
  const score = (fits: (wanted: ScoredNote, found: ScoredNote) => boolean): NoteScore => {
    const partners = (i: number): number[] =>
      near(reference[i]).filter((j) => fits(reference[i], estimated[j]));
    const matched = largestMatching(reference.length, estimated.length, partners);
    return scoreOf(matched, reference.length, estimated.length);
  };
  const samePitch = (wanted: ScoredNote, found: ScoredNote): boolean =>
    Math.abs(wanted.pitch - found.pitch) <= pitch;
  const sameOffset = (wanted: ScoredNote, found: ScoredNote): boolean =>
    within(wanted.offset, found.offset, Math.max(offsetRatio * (wanted.offset - wanted.onset), offsetLeast));
  return {
    con: score(() => true),
    conp: score(samePitch),
    conpoff: score((wanted, found) => samePitch(wanted, found) && sameOffset(wanted, found)),
  };
}

/** Index of the first of the sorted values that is not below `least`. */
function firstFrom(sorted: readonly number[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

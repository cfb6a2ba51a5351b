/** How well chords over time are those of a reference, by the rules of MIREX's chord estimation and of mir_eval. */
import { CHORD_QUALITIES, type Chord, type ChordSegment } from '../../features/harmony/chord.js';

/** A stretch of a reference, whose chord may be of another kind than those that are estimated. */
export interface ReferenceChord extends Omit<ChordSegment, 'chord'> {
  /** Null where there is no chord; `other` for one that is not compared. */
  chord: Chord | null | 'other';
}

/** Shares of the time in which chords are right; null where nothing of the reference can be compared. */
export interface ChordScores {
  /** The root is right: of all chords but `other`. */
  root: number | null;
  /** Root, third and fifth are right: of major and minor chords, with or without a seventh, and of none. */
  majmin: number | null;
  /** All notes are right: of major and minor chords and those with a seventh, and of none. */
  sevenths: number | null;
}

type Comparison = (reference: Chord | null, estimated: Chord | null) => boolean;

const sameRoot: Comparison = (reference, estimated) => reference?.root === estimated?.root;

/** The notes up to the fifth, which tell major from minor. */
const triad = ({ quality }: Chord): string => CHORD_QUALITIES[quality].slice(0, 3).join();

const sameTriad: Comparison = (reference, estimated) =>
  sameRoot(reference, estimated) &&
  (reference === null || estimated === null || triad(reference) === triad(estimated));

const sameNotes: Comparison = (reference, estimated) =>
  sameRoot(reference, estimated) && reference?.quality === estimated?.quality;

/**
 * Scores chords by the duration in which they are right, as `root`, `majmin` and `sevenths` of
 * `mir_eval.chord.evaluate` of mir_eval 0.8: estimated chords are cut to the reference's span, and where they have a gap
 * there is no chord. mir_eval gives 0 where this gives null.
 *
 * @param reference - without overlaps, in order, each beginning where the one before ends
 * @param estimated - without overlaps, in order
 */
export function scoreChords(
  reference: readonly ReferenceChord[],
  estimated: readonly ChordSegment[],
): ChordScores {
  const right = { root: 0, majmin: 0, sevenths: 0 };
  let compared = 0;
  let next = 0;
  const compare = (wanted: Chord | null, found: Chord | null, seconds: number): void => {
    compared += seconds;
    if (sameRoot(wanted, found)) right.root += seconds;
    if (sameTriad(wanted, found)) right.majmin += seconds;
    if (sameNotes(wanted, found)) right.sevenths += seconds;
  };
  for (const { begin, end, chord } of reference) {
    while (next < estimated.length && estimated[next].end <= begin) next++;
    if (chord === 'other') continue;
    let at = begin;
    for (let i = next; i < estimated.length && estimated[i].begin < end; i++) {
      const [from, to] = [Math.max(at, estimated[i].begin), Math.min(end, estimated[i].end)];
      if (from > at) compare(chord, null, from - at);
      if (to > from) compare(chord, estimated[i].chord, to - from);
      at = Math.max(at, to);
    }
    if (end > at) compare(chord, null, end - at);
  }
  const share = (seconds: number): number | null => (compared === 0 ? null : seconds / compared);
  return { root: share(right.root), majmin: share(right.majmin), sevenths: share(right.sevenths) };
}

/** Chords: qualities, their notes and names. */

/** Semitones above the root of each quality, by its name in the syntax of Harte et al. 2005. */
export const CHORD_QUALITIES = {
  maj: [0, 4, 7],
  min: [0, 3, 7],
  '7': [0, 4, 7, 10],
  maj7: [0, 4, 7, 11],
  min7: [0, 3, 7, 10],
} as const;

/** Name of a quality. */
export type ChordQuality = keyof typeof CHORD_QUALITIES;

/** Names of all qualities. */
export const QUALITY_NAMES: readonly ChordQuality[] = ['maj', 'min', '7', 'maj7', 'min7'];

/** A chord without regard to its inversion. */
export interface Chord {
  /** Pitch class, 0 for C to 11 for B. */
  root: number;
  quality: ChordQuality;
}

/** A stretch of time in which one chord sounds. */
export interface ChordSegment {
  /** In seconds. */
  begin: number;
  /** In seconds. */
  end: number;
  /** Null where there is none. */
  chord: Chord | null;
}

const ROOTS = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];

const SUFFIXES: Record<ChordQuality, string> = { maj: '', min: 'm', '7': '7', maj7: 'maj7', min7: 'm7' };

/** The chord in the syntax of Harte et al. 2005, which mir_eval reads: `F#:min7`, and `N` for none. */
export const chordLabel = (chord: Chord | null): string =>
  chord === null ? 'N' : `${ROOTS[chord.root]}:${chord.quality}`;

/** The chord as song books write it, `F♯m7`; `–` for none. */
export const chordName = (chord: Chord | null): string =>
  chord === null ? '–' : `${ROOTS[chord.root].replace('b', '♭').replace('#', '♯')}${SUFFIXES[chord.quality]}`;

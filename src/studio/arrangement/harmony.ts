/** The chords that accompany a key, and how they follow one another. */
import type { Key } from '../../features/harmony/key.js';

/** Semitones above the root. */
const QUALITIES = {
  major: [0, 4, 7],
  minor: [0, 3, 7],
  diminished: [0, 3, 6],
  seventh: [0, 4, 7, 10],
} as const;

/** A kind of chord. */
export type ChordQuality = keyof typeof QUALITIES;

/** A chord. */
export interface HarmonyChord {
  /** Pitch class of the root. */
  root: number;
  quality: ChordQuality;
}

/** Pitch classes of a chord, the root first. */
export const chordClasses = ({ root, quality }: HarmonyChord): number[] =>
  QUALITIES[quality].map((interval) => (root + interval) % 12);

/** A chord of a key: how it is used. */
export interface KeyChord extends HarmonyChord {
  /** Numeral, as in harmony books: `V7/ii` is the dominant seventh of the second degree. */
  numeral: string;
  /** What it costs to use it: 0 for the tonic. */
  cost: number;
  /** What its function is: tonic, before the dominant, dominant, or dominant of another degree. */
  role: 'tonic' | 'before' | 'dominant' | 'secondary';
  /** Root of the chord that a dominant leads to. */
  leadsTo: number;
}

/**
 * Degrees of a key: numeral, semitones above the tonic, quality, cost, role. The order of costs is that of how often the degrees
 * are in tonal music (Temperley, The Cognition of Basic Musical Structures, 2001; de Clercq and Temperley, 2011): I, V, IV,
 * then ii and vi.
 */
const DEGREES: Record<Key['mode'], [string, number, ChordQuality, number, KeyChord['role']][]> = {
  major: [
    ['I', 0, 'major', 0, 'tonic'],
    ['V', 7, 'major', 0.15, 'dominant'],
    ['V7', 7, 'seventh', 0.3, 'dominant'],
    ['IV', 5, 'major', 0.25, 'before'],
    ['ii', 2, 'minor', 0.6, 'before'],
    ['vi', 9, 'minor', 0.6, 'tonic'],
    ['iii', 4, 'minor', 1.1, 'tonic'],
  ],
  minor: [
    ['i', 0, 'minor', 0, 'tonic'],
    ['V', 7, 'major', 0.15, 'dominant'],
    ['V7', 7, 'seventh', 0.3, 'dominant'],
    ['iv', 5, 'minor', 0.25, 'before'],
    ['VI', 8, 'major', 0.5, 'tonic'],
    ['III', 3, 'major', 0.6, 'tonic'],
    ['VII', 10, 'major', 0.6, 'before'],
    ['ii°', 2, 'diminished', 1, 'before'],
  ],
};

/** What a dominant of another degree costs; it has a note that the key does not. */
const SECONDARY_COST = 1.1;

/** The chords of a key: triads of its degrees, the dominant seventh, and dominant sevenths of the major and minor degrees. */
export function chordsOfKey({ tonic, mode }: Key): KeyChord[] {
  const degrees = DEGREES[mode].map(
    ([numeral, interval, quality, cost, role]): KeyChord => ({
      ...{ root: (tonic + interval) % 12, quality, numeral, cost, role },
      leadsTo: tonic,
    }),
  );
  const secondary = degrees
    .filter(({ root, numeral, quality }) => root !== tonic && quality !== 'diminished' && numeral !== 'V7')
    .map(
      ({ root, numeral }): KeyChord => ({
        ...{ root: (root + 7) % 12, quality: 'seventh', numeral: `V7/${numeral}` },
        ...{ cost: SECONDARY_COST, role: 'secondary', leadsTo: root },
      }),
    );
  // The dominant seventh of a degree may be one of the key itself.
  const own = new Set(degrees.map(({ root, quality }) => `${root} ${quality}`));
  return [...degrees, ...secondary.filter(({ root, quality }) => !own.has(`${root} ${quality}`))];
}

/** Costs of a step from one function to another: the cycle tonic, before, dominant, tonic is free (Riemann 1893). */
const STEPS: Record<KeyChord['role'], Record<KeyChord['role'], number>> = {
  tonic: { tonic: 0.2, before: 0.05, dominant: 0.1, secondary: 0.2 },
  before: { tonic: 0.2, before: 0.25, dominant: 0, secondary: 0.4 },
  dominant: { tonic: 0, before: 0.5, dominant: 0.5, secondary: 0.5 },
  secondary: { tonic: 0, before: 0, dominant: 0, secondary: 0.3 },
};

/** What it costs where a dominant of another degree does not lead there. */
const UNRESOLVED = 2.5;

/** What it costs that one chord follows another, which is a different one. */
export function stepCost(from: KeyChord, to: KeyChord): number {
  if (from.role === 'secondary' && to.root !== from.leadsTo) return UNRESOLVED;
  return STEPS[from.role][to.role];
}

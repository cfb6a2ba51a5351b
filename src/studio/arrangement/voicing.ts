/** Which notes a chord is played with: near those before it, and out of the melody's way. */
import { chordClasses, type HarmonyChord } from './harmony.js';

/** Pitches between which the lowest note of a chord may be, and how far the highest is above it at most. */
const LOWEST = 43;
const WIDEST = 16;

/** Highest notes that a chord may have: however low the melody is, and however high. */
const CEILING = { least: 60, most: 72 };

/** Below the ceiling by this many semitones chords begin, where there is none before. */
const BELOW = 4;

/** Bounds of the bass. */
const BASS = { low: 31, high: 50, middle: 40 };

/** The highest note that chords have beside a melody, in MIDI: below its lowest, as far as that leaves room for chords. */
export function ceilingOf(melody: readonly { pitch: number }[]): number {
  const lowest = melody.reduce((low, { pitch }) => Math.min(low, pitch), Number.POSITIVE_INFINITY);
  return Math.min(CEILING.most, Math.max(CEILING.least, lowest - 1));
}

/** Every close position of a chord whose highest note is at most `ceiling`, lowest note first. */
function positions(chord: HarmonyChord, ceiling: number): number[][] {
  const classes = chordClasses(chord);
  const found: number[][] = [];
  for (let lowest = LOWEST; lowest <= ceiling; lowest++) {
    if (!classes.includes(lowest % 12)) continue;
    const above = classes
      .map((pitch) => lowest + ((((pitch - lowest) % 12) + 12) % 12))
      .sort((a, b) => a - b);
    if (above[above.length - 1] <= Math.min(ceiling, lowest + WIDEST)) found.push(above);
  }
  return found;
}

/** How far the voices move: of chords with another number of notes, to the nearest note. */
function movement(from: readonly number[], to: readonly number[]): number {
  if (from.length === to.length) return to.reduce((sum, pitch, i) => sum + Math.abs(pitch - from[i]), 0);
  return to.reduce((sum, pitch) => sum + Math.min(...from.map((one) => Math.abs(pitch - one))), 0);
}

/**
 * The notes of a chord, lowest first: of its close positions below the ceiling the one that moves least from the chord before,
 * or whose highest note is nearest to the ceiling, a few semitones below, where there is none.
 */
export function voiceChord(chord: HarmonyChord, ceiling: number, before: readonly number[] | null): number[] {
  const cost = (position: readonly number[]): number =>
    before === null
      ? Math.abs(position[position.length - 1] - (ceiling - BELOW))
      : movement(before, position) + 0.1 * Math.abs(position[position.length - 1] - (ceiling - BELOW));
  return positions(chord, ceiling).reduce((best, position) =>
    cost(position) < cost(best) ? position : best,
  );
}

/** The pitch of a class in the bass that is nearest to the one before, or to the middle of its range. */
export function bassPitch(pitchClass: number, before: number | null): number {
  let best = BASS.low;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let pitch = BASS.low; pitch <= BASS.high; pitch++) {
    const distance = Math.abs(pitch - (before ?? BASS.middle)) + 0.3 * Math.abs(pitch - BASS.middle);
    if (pitch % 12 === pitchClass && distance < bestDistance) [best, bestDistance] = [pitch, distance];
  }
  return best;
}

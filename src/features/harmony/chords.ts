/** Chords of a recording over time. */

import { persistence, statePath, stretchesOf } from '../hmm.js';
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import { CHORD_QUALITIES, type Chord, type ChordSegment, QUALITY_NAMES } from './chord.js';
import type { HarmonicChroma } from './harmonic-chroma.js';

/** What chords are told by. */
export interface ChordSettings {
  /** How much the bass counts beside the notes above it. Default: 0.4. */
  bassWeight?: number;
  /** How much a better fit counts: log-likelihood of a perfect one against none. Default: 30. */
  sharpness?: number;
  /** Probability that a chord goes on from one step to the next. Default: 0.7. */
  stay?: number;
  /** What a chord of four notes must fit better than one of three. Default: 0.06. */
  seventhPenalty?: number;
  /** Fit at which no chord is as likely as one. Default: 0.55. */
  noneFit?: number;
}

/** All chords that are told apart; the last, null, is none. */
export const CHORDS: readonly (Chord | null)[] = [
  ...QUALITY_NAMES.flatMap((quality) => Array.from({ length: 12 }, (_, root): Chord => ({ root, quality }))),
  null,
];

/** Chords over time. */
export interface ChordTrack {
  /** From 0 s to the end; neighbours differ. */
  segments: ChordSegment[];
  /** steps × `CHORDS`, the probability of each. */
  probabilities: FeatureMatrix;
  /** Where the steps begin and the last one ends, in seconds. */
  borders: number[];
}

/** Strength of the root, third and fifth in the bass under a chord. */
const BASS = [1, 0.2, 0.3];

const unit = (values: Float64Array, from: number, weight: number): void => {
  let squares = 0;
  for (let i = from; i < from + 12; i++) squares += values[i] ** 2;
  const factor = squares === 0 ? 0 : weight / Math.sqrt(squares);
  for (let i = from; i < from + 12; i++) values[i] *= factor;
};

/** The 24 strengths of a chord, bass before treble, each half of a given length. */
function templateOf({ root, quality }: Chord, bassWeight: number): Float64Array {
  const strengths = new Float64Array(24);
  CHORD_QUALITIES[quality].forEach((step, i) => {
    const pitch = (root + step) % 12;
    strengths[pitch] = BASS[i] ?? 0;
    strengths[12 + pitch] = 1;
  });
  unit(strengths, 0, Math.sqrt(bassWeight));
  unit(strengths, 12, 1);
  return strengths;
}

/** Mean chroma between two frames, each half brought to its length. */
function between(
  { bass, treble }: HarmonicChroma,
  from: number,
  to: number,
  bassWeight: number,
): Float64Array {
  const strengths = new Float64Array(24);
  for (let t = from; t < to; t++)
    for (let pitch = 0; pitch < 12; pitch++) {
      strengths[pitch] += bass.values[12 * t + pitch];
      strengths[12 + pitch] += treble.values[12 * t + pitch];
    }
  unit(strengths, 0, Math.sqrt(bassWeight));
  unit(strengths, 12, 1);
  return strengths;
}

/**
 * Chords by templates and a hidden Markov model: major, minor, their sevenths, the dominant seventh, and none. Each step
 * is compared with the notes of every chord (cosine, bass and treble apart), and the likeliest path keeps a chord where
 * the evidence for another is weak (Sheh and Ellis 2003; Mauch and Dixon 2010). Inversions are not told; diminished,
 * augmented and suspended chords become the nearest of these.
 *
 * @param chroma - as of `harmonicChroma`
 * @param secondsPerFrame - of the chroma
 * @param borders - seconds at which chords may change, as beats: the first 0, the last the end
 */
export function estimateChords(
  chroma: HarmonicChroma,
  secondsPerFrame: number,
  borders: readonly number[],
  settings: ChordSettings = {},
): ChordTrack {
  const { bassWeight = 0.4, sharpness = 30, stay = 0.7, seventhPenalty = 0.06, noneFit = 0.55 } = settings;
  const templates = CHORDS.map((chord) => chord && templateOf(chord, bassWeight));
  const steps = borders.length - 1;
  const observed = zeroMatrix(Math.max(0, steps), CHORDS.length);
  const frameAt = (time: number): number =>
    Math.min(chroma.treble.frames, Math.max(0, Math.round(time / secondsPerFrame)));
  for (let step = 0; step < steps; step++) {
    const from = Math.min(frameAt(borders[step]), chroma.treble.frames - 1);
    const own = between(chroma, from, Math.max(from + 1, frameAt(borders[step + 1])), bassWeight);
    CHORDS.forEach((chord, i) => {
      const template = templates[i];
      let fit = noneFit;
      if (chord !== null && template !== null) {
        fit = 0;
        for (let k = 0; k < 24; k++) fit += own[k] * template[k];
        fit /= 1 + bassWeight;
        if (CHORD_QUALITIES[chord.quality].length > 3) fit -= seventhPenalty;
      }
      observed.values[step * CHORDS.length + i] = sharpness * fit;
    });
  }
  const { states, posteriors } = statePath(observed, persistence(stay, CHORDS.length));
  const segments = stretchesOf(states, borders).map(({ begin, end, state }): ChordSegment => {
    return { begin, end, chord: CHORDS[state] };
  });
  return { segments, probabilities: posteriors, borders: [...borders] };
}

/** The key of a recording over time. */
import { persistence, statePath, stretchesOf } from '../hmm.js';
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import type { HarmonicChroma } from './harmonic-chroma.js';
import { estimateKey, KEYS, type Key, type KeyEstimate, keyCorrelations } from './key.js';
import { DEFAULT_KEY_PROFILE, type KeyProfileName } from './key-profiles.js';

/** A stretch of time in one key. */
export interface KeySegment {
  /** In seconds. */
  begin: number;
  /** In seconds. */
  end: number;
  key: Key;
}

/** Keys over time. */
export interface KeyTrack {
  /** Of the whole; null for silence. */
  whole: KeyEstimate | null;
  /** From 0 s to the end; neighbours differ. Empty for silence. */
  segments: KeySegment[];
  /** steps × `KEYS`, the correlation of the surrounding music with each key; 0 in silence. */
  correlations: FeatureMatrix;
  /** Where the steps begin and the last one ends, in seconds. */
  borders: number[];
}

/** Seconds of a step, and of the music around its middle that its key is told by. */
const [STEP, WINDOW] = [1, 12];
/** Log-likelihood of a perfect correlation against none, and probability that a key goes on for another step. */
const [SHARPNESS, STAY] = [10, 0.99];

/**
 * Bass and treble together, by the root of their strengths: what keys are estimated from. The root keeps a few loud notes
 * from deciding alone.
 */
export function keyChroma({ bass, treble }: Pick<HarmonicChroma, 'bass' | 'treble'>): FeatureMatrix {
  return { ...treble, values: treble.values.map((value, i) => Math.sqrt(value + bass.values[i])) };
}

/**
 * The key of a whole recording and its local keys: the correlation of 12 s around each second with the profiles of the
 * 24 keys, and the likeliest path through them, on which a key goes on for about a minute and a half unless the evidence
 * for another is strong. What is shorter than some ten seconds is not found, and a passage in the relative key rarely.
 *
 * @param chroma - as of `harmonicChroma`
 * @param secondsPerFrame - of the chroma
 * @param seconds - length of the recording
 */
export function keyTrack(
  chroma: Pick<HarmonicChroma, 'bass' | 'treble'>,
  { secondsPerFrame, seconds }: { secondsPerFrame: number; seconds: number },
  profile: KeyProfileName = DEFAULT_KEY_PROFILE,
): KeyTrack {
  const { values, frames } = keyChroma(chroma);
  const steps = Math.ceil(seconds / STEP);
  const borders = Array.from({ length: steps + 1 }, (_, i) => Math.min(seconds, i * STEP));
  const sums = new Float64Array(12 * (frames + 1));
  for (let i = 0; i < 12 * frames; i++) sums[i + 12] = sums[i] + values[i];
  const correlations = zeroMatrix(steps, KEYS.length);
  for (let step = 0; step < steps; step++) {
    const middle = (step + 0.5) * STEP;
    const from = Math.max(0, Math.round((middle - WINDOW / 2) / secondsPerFrame));
    const to = Math.min(frames, Math.round((middle + WINDOW / 2) / secondsPerFrame));
    const classes = Float64Array.from({ length: 12 }, (_, i) => sums[12 * to + i] - sums[12 * from + i]);
    const own = keyCorrelations(classes, profile);
    for (let i = 0; i < own.length; i++)
      correlations.values[step * KEYS.length + i] = Number.isFinite(own[i]) ? own[i] : 0;
  }
  const whole = estimateKey({ values, frames, bands: 12 }, profile);
  const observed = { ...correlations, values: correlations.values.map((value) => SHARPNESS * value) };
  const { states } = statePath(observed, persistence(STAY, KEYS.length));
  const segments = stretchesOf(states, borders).map(({ begin, end, state }): KeySegment => {
    return { begin, end, key: KEYS[state] };
  });
  return {
    whole,
    segments: whole === null ? [] : segments,
    correlations,
    borders: steps === 0 ? [] : borders,
  };
}

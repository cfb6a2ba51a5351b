/** Keys, chords and melody of the page of a recording. */
import { chordName } from '../../../features/harmony/chord.js';
import { estimateChords } from '../../../features/harmony/chords.js';
import { CHORD_STEPS } from '../../../features/harmony/features.js';
import { harmonicChroma, harmonyHop } from '../../../features/harmony/harmonic-chroma.js';
import { type KeyEstimate, keyName } from '../../../features/harmony/key.js';
import { keyTrack } from '../../../features/harmony/key-track.js';
import { gridOf } from '../../../features/rhythm/beat-grid.js';
import { namedStretch } from '../../../features/spread-steps.js';
import { PAGE_RATE } from '../../kit/timeline/embed.js';
import type { NamedStretch } from './data.js';

/** Keys and chords over time, and the key of the whole. */
export interface Harmony {
  key: KeyEstimate | null;
  keys: NamedStretch[];
  chords: NamedStretch[];
}

/**
 * Keys and chords of samples at PAGE_RATE.
 *
 * @param beats - in seconds: chords change at these and between them
 * @param tuning - in semitones above A = 440 Hz
 */
export function harmonyOf(samples: Float32Array, beats: readonly number[], tuning: number): Harmony {
  const hopLength = harmonyHop(PAGE_RATE);
  const [secondsPerFrame, seconds] = [hopLength / PAGE_RATE, samples.length / PAGE_RATE];
  const chroma = harmonicChroma(samples, { sampleRate: PAGE_RATE, hopLength, tuning });
  const { whole, segments } = keyTrack(chroma, { secondsPerFrame, seconds });
  const borders = gridOf(beats, seconds, CHORD_STEPS);
  return {
    key: whole,
    keys: segments.map((segment) => ({
      ...namedStretch(segment, keyName(segment.key)),
      ...{ root: segment.key.tonic, isMinor: segment.key.mode === 'minor' },
    })),
    chords: estimateChords(chroma, secondsPerFrame, borders).segments.map((segment) => ({
      ...namedStretch(segment, chordName(segment.chord)),
      ...{ root: segment.chord?.root ?? null, isMinor: segment.chord?.quality.startsWith('min') ?? false },
    })),
  };
}

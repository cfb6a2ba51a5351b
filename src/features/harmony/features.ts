/** Keys and chords as arrays by frame, with what was found over time. */
import type { CommonSettings } from '../kind-options.js';
import type { WholeFeature } from '../matrix.js';
import { beatGrid } from '../rhythm/beat-grid.js';
import { frameGrid, namedStretch, spreadSteps, threeDecimals } from '../spread-steps.js';
import { chordLabel } from './chord.js';
import { CHORDS, estimateChords } from './chords.js';
import { harmonicChroma, harmonyHop } from './harmonic-chroma.js';
import { KEYS, keyName } from './key.js';
import type { KeyProfileName } from './key-profiles.js';
import { keyTrack } from './key-track.js';
import type { Tuning } from './tuning.js';

/** Rows of the array of keys: `C major` to `B minor`. */
export const KEY_PARTS: readonly string[] = KEYS.map(keyName);

/** Rows of the array of chords: `C:maj` to `B:min7`, and `N`. */
export const CHORD_PARTS: readonly string[] = CHORDS.map(chordLabel);

/** Steps of a beat at which chords may change. */
export const CHORD_STEPS = 2;

/** The keys of a recording: `keyTrack` by frame. Throws RangeError for samples that are not finite. */
export function keyFeature(
  samples: Float32Array,
  settings: CommonSettings & { keyProfile: KeyProfileName; tuning: Tuning },
): WholeFeature {
  const { sampleRate, keyProfile, tuning } = settings;
  const hopLength = harmonyHop(sampleRate);
  const chroma = harmonicChroma(samples, { sampleRate, hopLength, tuning });
  const seconds = samples.length / sampleRate;
  const { whole, segments, correlations, borders } = keyTrack(
    chroma,
    { secondsPerFrame: hopLength / sampleRate, seconds },
    keyProfile,
  );
  const grid = frameGrid(samples, settings);
  return {
    shape: [KEYS.length, grid.frames],
    order: 'C',
    values: spreadSteps(correlations, borders, grid),
    found: {
      key: whole && {
        name: keyName(whole),
        correlation: threeDecimals(whole.correlation),
        next: keyName(whole.next),
      },
      keys: segments.map((segment) => namedStretch(segment, keyName(segment.key))),
    },
  };
}

/** The chords of a recording: `estimateChords` by frame. Throws RangeError for samples that are not finite. */
export function chordFeature(
  samples: Float32Array,
  settings: CommonSettings & { tuning: Tuning },
): WholeFeature {
  const { sampleRate, tuning } = settings;
  const hopLength = harmonyHop(sampleRate);
  const chroma = harmonicChroma(samples, { sampleRate, hopLength, tuning });
  const borders = beatGrid(samples, sampleRate, CHORD_STEPS);
  const { segments, probabilities } = estimateChords(chroma, hopLength / sampleRate, borders);
  const grid = frameGrid(samples, settings);
  return {
    shape: [CHORDS.length, grid.frames],
    order: 'C',
    values: spreadSteps(probabilities, borders, grid),
    found: { chords: segments.map((segment) => namedStretch(segment, chordLabel(segment.chord))) },
  };
}

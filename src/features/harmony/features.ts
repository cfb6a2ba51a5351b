/** Keys and chords as arrays by frame, with what was found over time. */
import type { CommonSettings } from '../kind-options.js';
import { beatGrid } from '../rhythm/beat-grid.js';
import { spreadSteps } from '../spread-steps.js';
import { chordLabel } from './chord.js';
import { CHORDS, estimateChords } from './chords.js';
import { harmonicChroma, harmonyHop } from './harmonic-chroma.js';
import { KEYS, keyName } from './key.js';
import type { KeyProfileName } from './key-profiles.js';
import { keyTrack } from './key-track.js';
import type { Tuning } from './tuning.js';

/** An array of bands × frames, band by band, and what it says in words. */
interface FoundFeature {
  shape: number[];
  order: 'C';
  values: Float32Array;
  found: Record<string, unknown>;
}

/** Rows of the array of keys: `C major` to `B minor`. */
export const KEY_PARTS: readonly string[] = KEYS.map(keyName);

/** Rows of the array of chords: `C:maj` to `B:min7`, and `N`. */
export const CHORD_PARTS: readonly string[] = CHORDS.map(chordLabel);

/** Steps of a beat at which chords may change. */
export const CHORD_STEPS = 2;

const short = (value: number): number => Number(value.toFixed(3));

/** Frames of a recording at a hop, and the seconds between them. */
export function frameGrid(
  samples: Float32Array,
  { sampleRate, hopLength }: CommonSettings,
): { frames: number; secondsPerFrame: number } {
  return { frames: 1 + Math.floor(samples.length / hopLength), secondsPerFrame: hopLength / sampleRate };
}

/** The keys of a recording: `keyTrack` by frame. Throws RangeError for samples that are not finite. */
export function keyFeature(
  samples: Float32Array,
  settings: CommonSettings & { keyProfile: KeyProfileName; tuning: Tuning },
): FoundFeature {
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
        correlation: short(whole.correlation),
        next: keyName(whole.next),
      },
      keys: segments.map(({ begin, end, key }) => ({
        begin: short(begin),
        end: short(end),
        name: keyName(key),
      })),
    },
  };
}

/** The chords of a recording: `estimateChords` by frame. Throws RangeError for samples that are not finite. */
export function chordFeature(
  samples: Float32Array,
  settings: CommonSettings & { tuning: Tuning },
): FoundFeature {
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
    found: {
      chords: segments.map(({ begin, end, chord }) => ({
        begin: short(begin),
        end: short(end),
        name: chordLabel(chord),
      })),
    },
  };
}

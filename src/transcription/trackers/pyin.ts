/** Pitch by probabilistic YIN, for transcription. */
import { pyin } from '../../features/pitch/pyin.js';
import { HOP, type PitchFrames, type PitchTracker, TRACKER_RATE } from '../f0.js';
import { refineFrames } from '../refine-pitch.js';

/** Where a pitch is looked for, in Hz. */
export interface PitchRange {
  fMin: number;
  fMax: number;
}

/** From a low bass to a high soprano: C2 to C6. */
export const VOICE_RANGE: PitchRange = { fMin: 65, fMax: 1050 };

/** Samples per frame: three periods of 65 Hz. Longer ones blur short notes and glides, and take longer. */
const FRAME = 768;

/** Confidence of a frame that the path calls voiced, at least. */
const LEAST_VOICED = 0.78;

/** Share of a frame's own probability that is left where the path calls it unvoiced. */
const UNVOICED_SHARE = 0.3;

/**
 * A frame that is less like itself a period later is not voiced, whatever the path says: between the notes of a quiet noise it
 * may wander along the lowest pitches.
 */
const LEAST_LIKE = 0.35;

/** Seconds after which one part of a path has no influence on another. */
const CONTEXT_FRAMES = 64;

/** Frames long enough for the lowest pitch. */
function frameLength(fMin: number): number {
  return Math.max(FRAME, 2 * Math.ceil((3 * TRACKER_RATE) / fMin / 2));
}

/**
 * A tracker by `pyin` (librosa's numbers at frames of 768 samples), whose pitch is made finer by `refinePitch`. The
 * confidence joins both of its stages: what the likeliest path says of voicing, and the frame's own probability, which is
 * low in noise. Throws RangeError for a range that is empty or above half the sample rate.
 */
export function pyinTracker({ fMin, fMax }: PitchRange = VOICE_RANGE): PitchTracker {
  const settings = { sampleRate: TRACKER_RATE, frameLength: frameLength(fMin), hopLength: HOP, fMin, fMax };
  pyin(new Float32Array(0), settings);
  return {
    window: 1875,
    context: { before: CONTEXT_FRAMES, after: CONTEXT_FRAMES },
    silence: 1e-4,
    track(samples): PitchFrames {
      const { f0, voicedFlag, voicedProbability } = pyin(samples, { ...settings, fillNa: null });
      const frames = Math.max(1, Math.floor(samples.length / HOP));
      const refined = refineFrames(samples, f0.subarray(0, frames));
      // Where the recording ends before, the likeness is 0 and says nothing.
      const isNoise = (t: number): boolean => refined.likeness[t] > 0 && refined.likeness[t] < LEAST_LIKE;
      const confidence = Float32Array.from({ length: frames }, (_, t) =>
        voicedFlag[t] === 1 && !isNoise(t)
          ? Math.max(LEAST_VOICED, voicedProbability[t])
          : UNVOICED_SHARE * voicedProbability[t],
      );
      return { confidence, ...refined };
    },
    dispose() {},
  };
}

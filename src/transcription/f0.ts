/** Pitch over time, as every tracker gives it. */

/** Sample rate of what trackers take, in Hz. */
export const TRACKER_RATE = 16_000;

/** Samples from one frame to the next; frame t is centred on sample t · HOP. */
export const HOP = 256;

/** Seconds from one frame to the next. */
export const FRAME_SECONDS = HOP / TRACKER_RATE;

/** Pitches of consecutive frames. */
export interface PitchFrames {
  /** Fundamental frequency in Hz: where a frame is not voiced the best guess, or NaN. */
  hz: Float32Array;
  /** How sure the tracker is that a frame has this pitch, from 0 to 1: voiced from 0.5 on. */
  confidence: Float32Array;
  /** How much the sound is like itself a period later, from −1 to 1: near 1 for one voice alone; 0 where unknown. */
  likeness: Float32Array;
}

/** What finds the pitch of one voice. */
export interface PitchTracker {
  /** Frames that are tracked at a time. */
  window: number;
  /** Frames before and after a window that its result depends on; they are tracked with it and left out. */
  context: { before: number; after: number };
  /** Frames whose samples all stay below this are not voiced, whatever the tracker says. */
  silence: number;
  /** Tracks samples at `TRACKER_RATE`: a frame for every whole hop, and at least one. */
  track(samples: Float32Array): PitchFrames | Promise<PitchFrames>;
  /** Frees what the tracker holds. */
  dispose(): void;
}

/** Events at frames, and their times. */

/** How frames of an envelope follow each other in time. */
export interface FrameTiming {
  /** Of the signal, in Hz. */
  sampleRate: number;
  /** Samples from one frame to the next. Default: 512. */
  hopLength?: number;
}

/** Onsets or beats, in time order. */
export interface FrameEvents {
  /** Frame of each event. */
  frames: Uint32Array;
  /** Time of each event in seconds. */
  times: Float64Array;
}

/**
 * Samples from one frame to the next. Throws RangeError when the sample rate is not positive or the hop not a positive
 * integer.
 */
export function hopOf({ sampleRate, hopLength = 512 }: FrameTiming): number {
  if (!(sampleRate > 0)) throw new RangeError(`sampleRate must be above 0 Hz, not ${sampleRate}.`);
  if (!Number.isInteger(hopLength) || hopLength < 1)
    throw new RangeError(`hopLength must be a positive integer, not ${hopLength}.`);
  return hopLength;
}

/** Frames with their times frame · hopLength / sampleRate, as librosa.frames_to_time; throws as `hopOf`. */
export function eventsAt(frames: ArrayLike<number>, timing: FrameTiming): FrameEvents {
  const hopLength = hopOf(timing);
  const indices = Uint32Array.from(frames);
  return {
    frames: indices,
    times: Float64Array.from(indices, (frame) => (frame * hopLength) / timing.sampleRate),
  };
}

/** Settings of both pitch trackers. */
import type { Framing } from '../framing.js';

/** Where pitch is looked for, and how the signal is cut; names and meaning as in librosa.yin. */
export interface PitchSettings extends Partial<Framing> {
  /** In Hz. */
  sampleRate: number;
  /** Lowest fundamental frequency in Hz; a frame must hold a period of it, and better two. */
  fMin: number;
  /** Highest fundamental frequency in Hz, at most half the sample rate. */
  fMax: number;
  /** Samples per frame. Default: 2048. */
  frameLength?: number;
  /** Samples from one frame to the next. Default: a quarter of the frame. */
  hopLength?: number;
}

/** Settings that hold together, with the range of periods that they give. */
export interface PitchAnalysis {
  sampleRate: number;
  framing: Framing;
  /** Shortest period looked for, in samples: of fMax, rounded down. */
  minPeriod: number;
  /** Longest period looked for, in samples: of fMin, rounded up. */
  maxPeriod: number;
}

/**
 * Checks pitch settings and fills in librosa's defaults. Throws RangeError unless 0 < fMin < fMax ≤ sampleRate / 2, a
 * frame holds a period of fMin, and frame and hop are positive integers.
 */
export function pitchAnalysis(settings: PitchSettings): PitchAnalysis {
  const { sampleRate, fMin, fMax, frameLength = 2048, center, padMode } = settings;
  if (!Number.isInteger(frameLength) || frameLength < 4)
    throw new RangeError(`frameLength must be an integer from 4, not ${frameLength}.`);
  const hopLength = settings.hopLength ?? Math.floor(frameLength / 4);
  if (!Number.isInteger(hopLength) || hopLength < 1)
    throw new RangeError(`hopLength must be a positive integer, not ${hopLength}.`);
  if (!(sampleRate > 0)) throw new RangeError(`sampleRate must be above 0 Hz, not ${sampleRate}.`);
  if (!(fMin > 0)) throw new RangeError(`fMin must be above 0 Hz, not ${fMin}.`);
  if (!(fMax > fMin)) throw new RangeError(`fMax, ${fMax} Hz, must be above fMin, ${fMin} Hz.`);
  if (fMax > sampleRate / 2)
    throw new RangeError(`fMax, ${fMax} Hz, must not be above half the sample rate, ${sampleRate / 2} Hz.`);
  if (sampleRate / fMin >= frameLength - 1)
    throw new RangeError(
      `A period of fMin, ${fMin} Hz, does not fit into ${frameLength} samples; raise fMin above ${sampleRate / (frameLength - 1)} Hz or frameLength to ${Math.ceil(sampleRate / fMin) + 2}.`,
    );
  return {
    sampleRate,
    framing: { frameLength, hopLength, center, padMode },
    minPeriod: Math.floor(sampleRate / fMax),
    maxPeriod: Math.ceil(sampleRate / fMin),
  };
}

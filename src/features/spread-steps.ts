/** What was found step by step, in the frames of a kind's array. */
import type { CommonSettings } from './kind-options.js';
import type { FeatureMatrix } from './matrix.js';

/** Frames of an array by time. */
export interface FrameGrid {
  frames: number;
  secondsPerFrame: number;
}

/** The frames that a recording has at the sample rate and hop of a kind. */
export function frameGrid(samples: Float32Array, { sampleRate, hopLength }: CommonSettings): FrameGrid {
  return { frames: 1 + Math.floor(samples.length / hopLength), secondsPerFrame: hopLength / sampleRate };
}

/** Seconds or another number as JSON has it: three decimals. */
export const threeDecimals = (value: number): number => Number(value.toFixed(3));

/** A stretch of time as JSON has it. */
export const namedStretch = (
  { begin, end }: { begin: number; end: number },
  name: string,
): { begin: number; end: number; name: string } => ({
  begin: threeDecimals(begin),
  end: threeDecimals(end),
  name,
});

/**
 * Spreads steps × bands over frames: each frame gets the values of the step in which its middle lies, the last ones those
 * of the last step; zeros without steps.
 *
 * @param borders - seconds where the steps begin, and where the last one ends
 * @returns row-major [bands × frames]
 */
export function spreadSteps(
  { values, frames: steps, bands }: FeatureMatrix,
  borders: ArrayLike<number>,
  { frames, secondsPerFrame }: FrameGrid,
): Float32Array {
  const spread = new Float32Array(bands * frames);
  let step = 0;
  for (let t = 0; t < frames && steps > 0; t++) {
    while (step + 1 < steps && borders[step + 1] <= t * secondsPerFrame) step++;
    for (let b = 0; b < bands; b++) spread[b * frames + t] = values[step * bands + b];
  }
  return spread;
}

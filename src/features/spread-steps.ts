/** Values of steps of time as values of frames. */
import type { FeatureMatrix } from './matrix.js';

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
  { frames, secondsPerFrame }: { frames: number; secondsPerFrame: number },
): Float32Array {
  const spread = new Float32Array(bands * frames);
  let step = 0;
  for (let t = 0; t < frames && steps > 0; t++) {
    while (step + 1 < steps && borders[step + 1] <= t * secondsPerFrame) step++;
    for (let b = 0; b < bands; b++) spread[b * frames + t] = values[step * bands + b];
  }
  return spread;
}

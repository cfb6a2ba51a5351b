/** Root mean square by frame, with librosa's numbers. */
import { type Framing, frameCount, padForFraming } from '../framing.js';

/**
 * Root mean square of each frame's samples, as librosa.feature.rms. Default: frames of 2048 samples every 512, centred,
 * zeros beyond the ends. Throws as `frameCount`.
 */
export function rms(samples: Float32Array, framing: Partial<Framing> = {}): Float32Array {
  const { frameLength = 2048, hopLength = 512, center, padMode } = framing;
  const cut: Framing = { frameLength, hopLength, center, padMode };
  const result = new Float32Array(frameCount(samples.length, cut));
  const padded = padForFraming(samples, cut);
  for (let t = 0; t < result.length; t++) {
    // Summed anew for each frame: differences of running sums would leave noise in the silence after loud music.
    let sum = 0;
    for (let n = t * hopLength, end = n + frameLength; n < end; n++) sum += padded[n] * padded[n];
    result[t] = Math.sqrt(sum / frameLength);
  }
  return result;
}

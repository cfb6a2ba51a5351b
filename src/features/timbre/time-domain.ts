/** Features of the samples themselves, with librosa’s numbers: root mean square and zero-crossing rate. */
import { type Framing, frameCount, padForFraming } from '../framing.js';

/** How zero crossings are counted. */
export interface ZeroCrossingSettings extends Partial<Framing> {
  /** Magnitudes up to this count as zero, and zero as positive. Default: 1e-10. */
  threshold?: number;
}

/**
 * Part of a frame's samples whose sign differs from the sample before, from 0 to 1 (Kedem 1986; Gouyon, Pachet and
 * Delerue 2000), as librosa.feature.zero_crossing_rate. Default: frames of 2048 samples every 512, centred, the edge
 * sample repeated. Throws as `frameCount`.
 */
export function zeroCrossingRate(samples: Float32Array, settings: ZeroCrossingSettings = {}): Float32Array {
  const { frameLength = 2048, hopLength = 512, center, padMode = 'edge', threshold = 1e-10 } = settings;
  const framing: Framing = { frameLength, hopLength, center, padMode };
  const rate = new Float32Array(frameCount(samples.length, framing));
  const padded = padForFraming(samples, framing);
  // crossings[n] of them lie before or at sample n, so that overlapping frames cost nothing more.
  const crossings = new Uint32Array(padded.length);
  for (let n = 1; n < padded.length; n++)
    crossings[n] = crossings[n - 1] + (padded[n] < -threshold !== padded[n - 1] < -threshold ? 1 : 0);
  for (let t = 0; t < rate.length; t++) {
    const begin = t * hopLength;
    rate[t] = (crossings[begin + frameLength - 1] - crossings[begin]) / frameLength;
  }
  return rate;
}

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

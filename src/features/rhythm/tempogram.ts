/** The tempogram: the periods of an onset envelope around each frame. */
import { autocorrelation } from '../autocorrelation.js';
import { hannWindow } from '../framing.js';
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';

/** How a tempogram is computed; names and meaning as in librosa.feature.tempogram. */
export interface TempogramSettings {
  /** Frames of the envelope that are correlated at a time. Default: 384. */
  winLength?: number;
  /** Whether window t is centred on frame t (the default); else it begins there, and only whole windows count. */
  center?: boolean;
}

/** The envelope with half a window at both sides, over which it runs down to zero. */
function padByRamps(envelope: Float32Array, margin: number): Float32Array {
  const padded = new Float32Array(envelope.length + 2 * margin);
  padded.set(envelope, margin);
  const [first, last] = [envelope[0], envelope[envelope.length - 1]];
  for (let i = 0; i < margin; i++) {
    padded[i] = (first * i) / margin;
    padded[padded.length - 1 - i] = (last * i) / margin;
  }
  return padded;
}

/** Number of windows that an envelope has. */
function windowCount(frames: number, { winLength = 384, center = true }: TempogramSettings): number {
  return center ? frames : Math.max(0, frames - winLength + 1);
}

/**
 * Calls `use` with each frame and its `winLength` lags from 0 on (the array is reused), so that a long tempogram need
 * not be kept. Throws RangeError when the window is not a positive integer.
 */
export function eachTempogramFrame(
  envelope: Float32Array,
  settings: TempogramSettings,
  use: (frame: number, lags: Float64Array) => void,
): void {
  const { winLength = 384, center = true } = settings;
  if (!Number.isInteger(winLength) || winLength < 1)
    throw new RangeError(`winLength must be a positive integer, not ${winLength}.`);
  const padded = center ? padByRamps(envelope, Math.floor(winLength / 2)) : envelope;
  const window = hannWindow(winLength);
  const correlate = autocorrelation(winLength, winLength);
  const frame = new Float64Array(winLength);
  const lags = new Float64Array(winLength);
  const count = windowCount(envelope.length, settings);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < winLength; i++) frame[i] = padded[t + i] * window[i];
    correlate(frame, lags);
    // Lag 0 is the frame's energy, and no other lag is above it.
    const energy = lags[0];
    if (energy > 0) for (let lag = 0; lag < winLength; lag++) lags[lag] /= energy;
    use(t, lags);
  }
}

/**
 * Autocorrelation tempogram, frames × winLength: the autocorrelation of the onset envelope around each frame, windowed
 * by Hann and normalised to 1 (Grosche, Müller and Kurth 2010), as librosa.feature.tempogram. Column k is a lag of k
 * frames, a tempo of 60 sampleRate / (k hopLength). Throws RangeError when the window is not a positive integer.
 */
export function tempogram(envelope: Float32Array, settings: TempogramSettings = {}): FeatureMatrix {
  const { winLength = 384 } = settings;
  const matrix = zeroMatrix(windowCount(envelope.length, settings), winLength);
  eachTempogramFrame(envelope, settings, (t, lags) => matrix.values.set(lags, t * winLength));
  return matrix;
}

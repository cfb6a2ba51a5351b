/** How a signal is cut into overlapping frames, as librosa cuts it, and window functions. */

import { checkSamples } from '../audio/possible-samples.js';

/** Padding before the first and after the last sample of a centred transform. */
export type PadMode = 'constant' | 'reflect' | 'edge';

/** How a signal is cut. */
export interface Framing {
  /** Samples per frame. */
  frameLength: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /**
   * Whether frame t is centred on sample t · hopLength, with frameLength / 2 of padding at both ends; else frame t
   * begins there, and only whole frames count. Default: true.
   */
  center?: boolean;
  /** `constant`: zeros (the default). `reflect`: mirrored without repeating the edge. `edge`: the edge repeated. */
  padMode?: PadMode;
}

/**
 * Number of frames: 1 + floor(samples / hopLength) when centred, else as many whole frames as fit. Throws RangeError
 * when a length is not a whole number from 1.
 */
export function frameCount(samples: number, { frameLength, hopLength, center = true }: Framing): number {
  for (const [name, length] of Object.entries({ frameLength, hopLength }))
    if (!Number.isInteger(length) || length < 1)
      throw new RangeError(`${name} must be a whole number of samples from 1, not ${length}.`);
  const padded = center ? samples + 2 * Math.floor(frameLength / 2) : samples;
  return padded < frameLength ? 0 : 1 + Math.floor((padded - frameLength) / hopLength);
}

/**
 * A signal with its padding written out (itself when not centred), so that frames begin at multiples of the hop. Throws
 * RangeError when a sample is not finite, or there are no more samples than `reflect` needs, frameLength / 2.
 */
export function padForFraming(
  samples: Float32Array,
  { frameLength, center = true, padMode = 'constant' }: Framing,
): Float32Array {
  checkSamples(samples);
  if (!center) return samples;
  const margin = Math.floor(frameLength / 2);
  const padded = new Float32Array(samples.length + 2 * margin);
  padded.set(samples, margin);
  if (padMode === 'constant' || samples.length === 0) return padded;
  if (padMode === 'reflect' && samples.length <= margin) {
    throw new RangeError(
      `Reflecting needs more than ${margin} samples, and there are ${samples.length}; pad with zeros instead.`,
    );
  }
  const last = samples.length - 1;
  for (let i = 1; i <= margin; i++) {
    padded[margin - i] = samples[padMode === 'reflect' ? i : 0];
    padded[margin + last + i] = samples[padMode === 'reflect' ? last - i : last];
  }
  return padded;
}

/** The periodic Hann window 0.5 − 0.5 cos(2πn / length), as scipy.signal.get_window('hann', length). */
export function hannWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length));
}

/** The periodic Hamming window 0.54 − 0.46 cos(2πn / length), as scipy.signal.get_window('hamming', length). */
export function hammingWindow(length: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / length));
}

/** The symmetric Hann window, whose first and last values are 0, as scipy.signal.windows.hann(length) and Essentia's. */
const symmetricHannWindow = (length: number): Float64Array =>
  length === 1 ? Float64Array.of(1) : centreWindow(Float64Array.of(...hannWindow(length - 1), 0), length);

/** Every window of a transform by its name. */
const windows = { hann: hannWindow, hamming: hammingWindow, 'hann-symmetric': symmetricHannWindow };

/** Name of a window. */
export type WindowName = keyof typeof windows;

/** Names of all windows. */
export const WINDOWS = Object.keys(windows) as WindowName[];

/** The window of a transform; names and meaning as in librosa. */
export interface WindowSettings {
  /** Samples per frame. */
  nFft: number;
  /** Default: hann. */
  window?: WindowName;
  /** Samples of the window, which stands in the middle of the frame. Default: nFft. */
  winLength?: number;
}

/**
 * The window of each frame with zeros at both sides where it is shorter, [nFft]. Throws RangeError when it is longer than
 * the frame.
 */
export function frameWindow({ nFft, window = 'hann', winLength = nFft }: WindowSettings): Float64Array {
  if (!Number.isInteger(winLength) || winLength < 1 || winLength > nFft)
    throw new RangeError(
      `winLength must be a whole number of samples from 1 to nFft, ${nFft}, not ${winLength}.`,
    );
  return centreWindow(windows[window](winLength), nFft);
}

/** A window in the middle of a longer frame, with zeros at both sides, as librosa.util.pad_center places it. */
export function centreWindow(window: Float64Array, frameLength: number): Float64Array {
  const framed = new Float64Array(frameLength);
  framed.set(window, Math.floor((frameLength - window.length) / 2));
  return framed;
}

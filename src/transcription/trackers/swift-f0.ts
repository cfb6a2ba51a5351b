/** Pitch by SwiftF0, run from its published graph. */
import { OnnxModel } from '../../hub/onnx/onnx-model.js';
import type { OnnxTensor } from '../../hub/onnx/read-model.js';
import { HOP, type PitchFrames, type PitchTracker } from '../f0.js';
import { refineFrames } from '../refine-pitch.js';
import type { PitchRange } from './pyin.js';

/** The range of the network in Hz, and the ratio of neighbours among its 95 pitches. */
const NETWORK_RANGE: PitchRange = { fMin: 46.875, fMax: 2093.75 };
const NETWORK_STEP = (NETWORK_RANGE.fMax / NETWORK_RANGE.fMin) ** (1 / 94);

/** Frames at a time: 10 s, for whose layers the engine needs some 50 MB. */
const WINDOW = 625;

/** The network looks 2,815 samples back and ahead, of which a frame's own hop is one. */
const CONTEXT = { before: 11, after: 10 };

/** Digital silence is unlike all that the network was trained on; its authors' package answers it in the same way. */
const SILENCE = 1e-3;

const scalar = (value: number): OnnxTensor => ({ type: 'float', shape: [], values: Float32Array.of(value) });

/**
 * A tracker by SwiftF0 0.3 (Nieradzik 2025), with the pitches and confidences of its authors' package to 1e-4. The engine
 * must have been started. Throws an Error for a file that is not the graph; RangeError for a range that holds none of
 * its pitches.
 *
 * @param file - `model.onnx` of the published model swift-f0
 * @param range - in Hz, within 46.875 to 2093.75
 */
export function swiftF0Tracker(file: Uint8Array, range: PitchRange = NETWORK_RANGE): PitchTracker {
  const fMin = Math.max(NETWORK_RANGE.fMin, range.fMin);
  const fMax = Math.min(NETWORK_RANGE.fMax, range.fMax);
  if (!(fMax >= fMin * NETWORK_STEP))
    throw new RangeError(
      `SwiftF0 finds pitches from ${NETWORK_RANGE.fMin} to ${NETWORK_RANGE.fMax} Hz, of which ${range.fMin} to ${range.fMax} Hz has none.`,
    );
  const model = new OnnxModel(file);
  return {
    window: WINDOW,
    context: CONTEXT,
    silence: SILENCE,
    track(samples): PitchFrames {
      const { pitch, confidence } = model.run({
        audio: { type: 'float', shape: [1, samples.length], values: samples },
        fmin: scalar(fMin),
        fmax: scalar(fMax),
      });
      const frames = Math.max(1, Math.floor(samples.length / HOP));
      const hz = Float32Array.from(pitch.values.subarray(0, frames));
      const { likeness } = refineFrames(samples, hz);
      return { hz, confidence: Float32Array.from(confidence.values.subarray(0, frames)), likeness };
    },
    dispose: () => model.dispose(),
  };
}

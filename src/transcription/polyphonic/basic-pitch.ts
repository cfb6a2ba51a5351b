/** Basic Pitch, run from its published graph. */
import { OnnxModel } from '../../hub/onnx/onnx-model.js';

/** Sample rate of what the network takes, in Hz, and samples of a window. */
export const NETWORK_RATE = 22_050;
export const WINDOW_SAMPLES = 43_844;

/** Samples from one frame to the next, and frames of a window. */
export const FRAME_HOP = 256;
export const WINDOW_FRAMES = 172;

/** Semitones from 27.5 Hz up, MIDI 21, as on a piano; the contour has three bins for each. */
export const PITCHES = 88;
export const LOWEST_MIDI = 21;
export const CONTOUR_BINS = 3 * PITCHES;

/** What the network says of a window: probabilities, row by row for each frame. */
export interface WindowActivations {
  /** That a semitone sounds: [172, 88]. */
  note: Float32Array;
  /** That a note of it begins: [172, 88]. */
  onset: Float32Array;
  /** That a third of a semitone sounds: [172, 264]. */
  contour: Float32Array;
}

/** A network that is ready to run. */
export interface BasicPitch {
  /** `samples`: `WINDOW_SAMPLES` of them at `NETWORK_RATE`, mono. */
  run(samples: Float32Array): WindowActivations;
  /** Frees the weights. */
  dispose(): void;
}

/** The graph's names for its input and outputs. */
const INPUT = 'serving_default_input_2:0';
const OUTPUTS = {
  contour: 'StatefulPartitionedCall:0',
  note: 'StatefulPartitionedCall:1',
  onset: 'StatefulPartitionedCall:2',
} as const;

/**
 * Reads the network of Basic Pitch 0.4.0 (Bittner et al. 2022), whose outputs are those of onnxruntime to 1e-4. The
 * engine must have been started. Throws an Error for a file that is not the graph.
 *
 * @param file - `model.onnx` of the published model basic-pitch
 */
export function readBasicPitch(file: Uint8Array): BasicPitch {
  const model = new OnnxModel(file);
  const has = (ports: readonly { name: string }[], name: string): boolean =>
    ports.some((port) => port.name === name);
  if (!has(model.inputs, INPUT) || !Object.values(OUTPUTS).every((name) => has(model.outputs, name))) {
    model.dispose();
    throw new Error('its inputs and outputs are not those of Basic Pitch');
  }
  return {
    run(samples): WindowActivations {
      const result = model.run({
        [INPUT]: { type: 'float', shape: [1, WINDOW_SAMPLES, 1], values: samples },
      });
      const of = (name: keyof typeof OUTPUTS): Float32Array =>
        Float32Array.from(result[OUTPUTS[name]].values);
      return { note: of('note'), onset: of('onset'), contour: of('contour') };
    },
    dispose: () => model.dispose(),
  };
}

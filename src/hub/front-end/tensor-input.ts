/** The contract of an input that a graph computes of samples. */
import type * as tf from '@tensorflow/tfjs-core';
import type { AudioInput, WindowGrid } from '../../inputs/window.js';

/** An input of windows as tensor operations on their samples. */
export interface TensorInput {
  /** First sample that it takes, from the window's first on: negative for samples before the window. */
  begin: number;
  /** Samples that it takes. */
  length: number;
  /** The model's input of samples [batch, length], with what `finishWindow` does. */
  compute(samples: tf.Tensor2D): tf.Tensor;
}

/** An input of a model to be expressed, and the windows that it is cut from. */
export interface InputToExpress {
  input: AudioInput;
  /** As under `inputs` of a config. */
  options: Record<string, unknown>;
  grid: WindowGrid;
}

/** Expresses an input of one kind. */
export type ExpressInput = (input: InputToExpress) => TensorInput;

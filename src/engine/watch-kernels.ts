/** Watches what TensorFlow.js's engine is asked to compute. */
import * as tf from '@tensorflow/tfjs-core';
import { composed } from './ops/native.js';

type RunKernel = (
  kernel: string,
  inputs: Record<string, tf.Tensor>,
  attributes?: object,
) => tf.Tensor | tf.Tensor[];

/** Receives an operation: TensorFlow.js's name of it, its operands by name, its attributes and its outputs. */
export type OnKernel = (
  kernel: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, unknown>,
  outputs: tf.Tensor[],
) => void;

/**
 * Runs a piece of work by TensorFlow.js's own operations and tells of each; what `onKernel` computes itself is not told of.
 *
 * @param work - computes with tensors
 * @param onKernel - called after each operation, with the operands that it has
 * @returns what the work gives
 */
export function watchKernels<T>(work: () => T, onKernel: OnKernel): T {
  const engine = tf.engine() as unknown as { runKernel: RunKernel };
  const { runKernel } = engine;
  const run: RunKernel = (kernel, inputs, attributes) => runKernel.call(engine, kernel, inputs, attributes);
  const watched: RunKernel = (kernel, inputs, attributes = {}) => {
    // What the operation is made of, and what follows, is no part of the work.
    engine.runKernel = run;
    try {
      const result = run(kernel, inputs, attributes);
      const given = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor));
      onKernel(kernel, given, attributes as Record<string, unknown>, [result].flat());
      return result;
    } finally {
      engine.runKernel = watched;
    }
  };
  engine.runKernel = watched;
  try {
    return composed(work);
  } finally {
    // The method of the class again.
    delete (engine as Partial<typeof engine>).runKernel;
  }
}

/** Windows as tensors. Apart from the rest of the inputs, so that threads which only decode need no engine. */
import * as tf from '@tensorflow/tfjs-core';
import { type Input, type WindowBatch, windowSize } from './window.js';

/**
 * The tensors of a batch by input, [batch, frames, bands], [batch, samples] or [batch, tokens] (int32); call it inside
 * `tf.tidy`. The values are changed in place where the model's input differs from the stored one.
 */
export function windowTensors(
  inputs: readonly Input[],
  { count, values }: WindowBatch,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    inputs.map((input): [string, tf.Tensor] => {
      const own = values[input.name];
      if (input.source === 'text') return [input.name, tf.tensor2d(own, [count, input.size.length], 'int32')];
      const floats = own as Float32Array;
      const size = windowSize(input);
      for (let i = 0; i < count; i++) input.finishWindow(floats.subarray(i * size, (i + 1) * size));
      const shape = input.kind.shape?.(input.size) ?? [input.size.length, input.size.width];
      return [input.name, tf.tensor(floats, [count, ...shape])];
    }),
  );
}

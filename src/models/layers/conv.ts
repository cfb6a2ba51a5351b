import * as tf from '@tensorflow/tfjs-core';
import { heNormal } from '../initializers.js';
import type { Parameters } from '../parameters.js';

/**
 * A 2D convolution of stride 1 without a bias, which the batch normalisation that follows has.
 *
 * @param parameters - receives `name/kernel` [height, width, inputs, outputs]
 * @param size - height and width of the kernel
 * @param padding - `same`: zeros on all sides keep height and width; `valid`: none, and both shrink by the kernel less 1
 * @returns the layer: [batch, height, width, inputs] to [batch, height, width, outputs]; it multiplies the kernel by
 *   `factors`, [outputs], where they are given
 */
export function conv2d(
  parameters: Parameters,
  name: string,
  size: [number, number],
  inputs: number,
  outputs: number,
  padding: 'same' | 'valid' = 'same',
): (x: tf.Tensor4D, factors?: tf.Tensor) => tf.Tensor4D {
  const kernel = parameters.trainable<tf.Tensor4D>(`${name}/kernel`, [...size, inputs, outputs], heNormal);
  return (x, factors) =>
    tf.conv2d(x, factors ? (tf.mul(kernel, factors) as tf.Tensor4D) : kernel, 1, padding);
}

/**
 * A 1D convolution of stride 1 over time, as a 2D convolution of height 1, which is what both engines have.
 *
 * @param parameters - receives `name/kernel` [1, width, inputs, outputs]
 * @returns the layer: [batch, 1, time, inputs] to [batch, 1, time, outputs]
 */
export function conv1d(
  parameters: Parameters,
  name: string,
  width: number,
  inputs: number,
  outputs: number,
): (x: tf.Tensor4D) => tf.Tensor4D {
  return conv2d(parameters, name, [1, width], inputs, outputs);
}

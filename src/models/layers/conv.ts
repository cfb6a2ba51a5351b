import * as tf from '@tensorflow/tfjs-core';
import { heNormal } from '../initializers.js';
import type { Parameters } from '../parameters.js';

/**
 * A 2D convolution of stride 1 without a bias (the batch normalisation that follows has one): [batch, height, width,
 * inputs] to [batch, height, width, outputs]; `factors` [outputs] scale the kernel. Weights: `name/kernel` [height,
 * width, inputs, outputs].
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
 * A 1D convolution of stride 1 over time, as a 2D convolution of height 1: [batch, 1, time, inputs] to [batch, 1, time,
 * outputs]. Weights: `name/kernel` [1, width, inputs, outputs].
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

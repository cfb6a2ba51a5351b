import * as tf from '@tensorflow/tfjs-core';
import { conv2d as convolve } from '../../engine/ops/conv.js';
import type { Pooling } from '../../engine/ops/norm-pool-kernel.js';
import { heNormal } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { InputImage } from './input-image.js';

/** What a convolution takes: maps, or the image that the network begins with. */
export type ConvInput = tf.Tensor4D | InputImage;

/** Maps after max-pooling, or as they are. */
export const maxPooled = (maps: tf.Tensor4D, pooling: Pooling | undefined): tf.Tensor4D =>
  pooling ? tf.maxPool(maps, pooling.size, pooling.stride, 'valid') : maps;

/** A convolution of stride 1 with a kernel [height, width, inputs, outputs], and perhaps max-pooling behind it. */
export const convolveInput = (
  x: ConvInput,
  kernel: tf.Tensor4D,
  padding: 'same' | 'valid',
  pooling?: Pooling,
): tf.Tensor4D => {
  if (!(x instanceof InputImage)) return maxPooled(convolve(x, kernel, padding), pooling);
  if (pooling && x.isPooledByRow(kernel, padding, pooling)) return x.greatest(kernel, padding);
  return maxPooled(x.convolve(kernel, padding), pooling);
};

/** A convolution; `factors` [outputs] scale its kernel, and `pooling` stands behind it. */
export type Convolution = (x: ConvInput, factors?: tf.Tensor, pooling?: Pooling) => tf.Tensor4D;

/**
 * A 2D convolution of stride 1 without a bias (the batch normalisation that follows has one): [batch, height, width,
 * inputs] to [batch, height, width, outputs]. Weights: `name/kernel` [height, width, inputs, outputs].
 */
export function conv2d(
  parameters: Parameters,
  name: string,
  size: [number, number],
  inputs: number,
  outputs: number,
  padding: 'same' | 'valid' = 'same',
): Convolution {
  const kernel = parameters.trainable<tf.Tensor4D>(`${name}/kernel`, [...size, inputs, outputs], heNormal);
  return (x, factors, pooling) => {
    const scaled = factors ? (tf.mul(kernel, factors) as tf.Tensor4D) : kernel;
    return convolveInput(x, scaled, padding, pooling);
  };
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
): Convolution {
  return conv2d(parameters, name, [1, width], inputs, outputs);
}

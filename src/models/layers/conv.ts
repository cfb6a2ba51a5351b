import * as tf from '@tensorflow/tfjs-core';
import { conv2d as convolve } from '../../engine/ops/conv.js';
import { heNormal } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { InputImage } from './input-image.js';

/** What a convolution takes: maps, or the image that the network begins with. */
export type ConvInput = tf.Tensor4D | InputImage;

/** A convolution of stride 1 with a kernel [height, width, inputs, outputs]. */
export const convolveInput = (x: ConvInput, kernel: tf.Tensor4D, padding: 'same' | 'valid'): tf.Tensor4D =>
  x instanceof InputImage ? x.convolve(kernel, padding) : convolve(x, kernel, padding);

/** A convolution; `factors` [outputs] scale its kernel. */
export type Convolution = (x: ConvInput, factors?: tf.Tensor) => tf.Tensor4D;

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
): Convolution {
  const kernel = parameters.trainable<tf.Tensor4D>(`${name}/kernel`, [...size, inputs, outputs], heNormal);
  return (x, factors) => {
    const scaled = factors ? (tf.mul(kernel, factors) as tf.Tensor4D) : kernel;
    return convolveInput(x, scaled, padding);
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

import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/activations.js';
import type { Pooling } from '../../engine/ops/norm-pool-kernel.js';
import { constant } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { batchNorm } from './batch-norm.js';
import { type ConvInput, conv2d } from './conv.js';
import type { ForwardMode } from './training.js';

/** Sizes of a convolutional block. */
export interface ConvBlockOptions {
  /** Height and width of the kernel. */
  size: [number, number];
  /** Channels in and out. */
  inputs: number;
  outputs: number;
  /** `same` adds zeros on all sides, `valid` none. */
  padding: 'same' | 'valid';
  /** Maximum over windows of this size, a stride apart, as far as they fit; none when left out. */
  pool?: Pooling;
}

/**
 * A convolution of stride 1 with a bias, ReLU, batch normalisation, and max-pooling, in this order: [batch, height,
 * width, inputs] to [batch, pooled height, pooled width, outputs]. Weights: `name/kernel` [height, width, inputs,
 * outputs], `name/bias` [outputs], and `name/norm` as of `batchNorm`.
 */
export function convBlock(
  parameters: Parameters,
  name: string,
  { size, inputs, outputs, padding, pool }: ConvBlockOptions,
): (x: ConvInput, mode: ForwardMode) => tf.Tensor4D {
  const convolve = conv2d(parameters, name, size, inputs, outputs, padding);
  const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [outputs], constant(0));
  const norm = batchNorm(parameters, `${name}/norm`, outputs);
  return (x, mode) => {
    if (mode.training && !norm.isFrozen())
      return norm.pooled(convolve(x), { pooling: pool, rectified: bias });
    if (!pool) return norm(relu(tf.add(convolve(x), bias)), mode) as tf.Tensor4D;
    // Bias, ReLU and a fixed normalisation are monotonic in each channel, so the extreme of the convolution decides:
    // its maximum where gamma is positive, its minimum where it is negative. Pooling it first leaves them only what
    // the pooling keeps, and a convolution with the channel's sign changed makes the minimum a maximum, to the bit.
    const sign = tf.where(tf.less(norm.gamma, 0), -1, 1);
    const extreme = tf.mul(convolve(x, sign, pool), sign) as tf.Tensor4D;
    return norm(relu(tf.add(extreme, bias)), mode) as tf.Tensor4D;
  };
}

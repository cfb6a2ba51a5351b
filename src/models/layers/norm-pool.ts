/** The batch normalisation, the max-pooling and the ReLU that follow a convolution. */
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/activations.js';
import type { AroundNorm, BatchNorm } from './batch-norm.js';
import type { ConvInput, Convolution } from './conv.js';
import type { ForwardMode } from './training.js';

/**
 * Normalised, pooled and perhaps rectified output of a convolution. In evaluation, and where it is frozen, the normalisation is folded into the kernel, and its shift
 * is added to what the pooling leaves.
 *
 * @param convolve - as of `conv2d`: to [batch, height, width, channels], with factors of its kernel's outputs
 * @param norm - of those channels
 */
export function normPool(
  convolve: Convolution,
  norm: BatchNorm,
  around: Omit<AroundNorm, 'rectified'> = {},
): (x: ConvInput, mode: ForwardMode) => tf.Tensor4D {
  return (x, mode) => {
    if (mode.training && !norm.isFrozen()) return norm.pooled(convolve(x), around);
    const { pooling } = around;
    const { scale, shift } = norm.fixed();
    const y = tf.add(convolve(x, scale, pooling), shift) as tf.Tensor4D;
    return around.relu ? relu(y) : y;
  };
}

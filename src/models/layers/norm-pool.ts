/** The batch normalisation and the max-pooling that follow a convolution. */
import * as tf from '@tensorflow/tfjs-core';
import type { Pooling } from '../../engine/ops/norm-pool-kernel.js';
import type { BatchNorm } from './batch-norm.js';
import type { ConvInput, Convolution } from './conv.js';
import type { ForwardMode } from './training.js';

/**
 * Normalised and pooled output of a convolution. In evaluation, and where it is frozen, the normalisation is folded into the kernel, and its shift
 * is added to what the pooling leaves.
 *
 * @param convolve - as of `conv2d`: to [batch, height, width, channels], with factors of its kernel's outputs
 * @param norm - of those channels
 * @param pooling - default: none
 */
export function normPool(
  convolve: Convolution,
  norm: BatchNorm,
  pooling?: Pooling,
): (x: ConvInput, mode: ForwardMode) => tf.Tensor4D {
  return (x, mode) => {
    if (mode.training && !norm.isFrozen()) return norm.pooled(convolve(x), pooling);
    const { scale, shift } = norm.fixed();
    const scaled = convolve(x, scale);
    return tf.add(
      pooling ? tf.maxPool(scaled, pooling.size, pooling.stride, 'valid') : scaled,
      shift,
    ) as tf.Tensor4D;
  };
}

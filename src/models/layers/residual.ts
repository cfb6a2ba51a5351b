/** Residual convolutional blocks of Won et al. 2020, two 3×3 convolutions beside a shortcut. */
import type * as tf from '@tensorflow/tfjs-core';
import { sumPool } from '../../engine/ops/sum-pool.js';
import type { Parameters } from '../parameters.js';
import type { ConvInput } from './conv.js';
import { convNorm } from './conv-norm.js';
import type { ForwardMode } from './training.js';

/** Sizes of a block. */
export interface ResidualOptions {
  /** Channels in and out. */
  inputs: number;
  outputs: number;
  /** Of the first convolution and of the shortcut, over height and width. Default: [1, 1]. */
  strides?: [number, number];
  /** Maximum over windows of this size at the end, side by side, as far as they fit. Default: none. */
  pool?: [number, number];
}

/**
 * ReLU of two convolutions with normalisation plus the input, [batch, height, width, inputs] to [batch, height / stride,
 * width / stride, outputs]; the input goes through a convolution of its own where strides or channels differ. Weights:
 * `name/conv1`, `name/conv2` and perhaps `name/shortcut`, as of `convNorm`.
 */
export function residualBlock(
  parameters: Parameters,
  name: string,
  { inputs, outputs, strides = [1, 1], pool }: ResidualOptions,
): (x: ConvInput, mode: ForwardMode) => tf.Tensor4D {
  const size: [number, number] = [3, 3];
  const first = convNorm(parameters, `${name}/conv1`, { size, inputs, outputs, strides });
  const second = convNorm(parameters, `${name}/conv2`, {
    ...{ size, inputs: outputs, outputs, activation: 'none' },
  });
  const isSame = inputs === outputs && strides[0] * strides[1] === 1;
  const shortcut = isSame
    ? null
    : convNorm(parameters, `${name}/shortcut`, { size, inputs, outputs, strides, activation: 'none' });
  return (x, mode) => {
    // An image has one channel, and so a shortcut of its own.
    const beside = shortcut?.(x, mode) ?? (x as tf.Tensor4D);
    return sumPool(beside, { plus: second(first(x, mode), mode), pool, relu: true });
  };
}

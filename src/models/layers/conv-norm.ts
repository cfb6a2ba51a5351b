/** Convolutions and dense layers with batch normalisation right behind them, as PyTorch writes and begins them. */
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../../engine/ops/activations.js';
import { conv2d } from '../../engine/ops/conv.js';
import { torchUniform } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { type BatchNorm, batchNorm, TORCH_EPSILON } from './batch-norm.js';
import { type ConvInput, type Convolution, convolveInput, maxPooled } from './conv.js';
import { InputImage, padSides } from './input-image.js';
import { normPool } from './norm-pool.js';
import type { ForwardMode } from './training.js';

/** Sizes of a convolution with its normalisation. */
export interface ConvNormOptions {
  /** Height and width of the kernel. */
  size: [number, number];
  /** Channels in and out. */
  inputs: number;
  outputs: number;
  /** From one place of the kernel to the next. Default: [1, 1]. */
  strides?: [number, number];
  /** `same` adds half a kernel of zeros on each side, `valid` none. Default: same. */
  padding?: 'same' | 'valid';
  /** Maximum over windows of this size, side by side, as far as they fit. Default: none. */
  pool?: readonly [number, number];
  /** Default: relu. */
  activation?: 'relu' | 'none';
}

/** Whether a height and width is given and not 1 × 1. */
const isMore = (pair: readonly [number, number] | undefined): pair is readonly [number, number] =>
  pair !== undefined && pair[0] * pair[1] > 1;

/**
 * A convolution with a bias, batch normalisation, ReLU and max-pooling: [batch, height, width, inputs] to [batch, pooled
 * height, pooled width, outputs]. Pooling comes before the activation and, in evaluation, the normalisation is part of
 * the kernel: the same mathematics with less work. Weights: `name/kernel` [height, width, inputs, outputs], `name/bias`
 * [outputs], and `name/norm` as of `batchNorm`.
 */
export function convNorm(
  parameters: Parameters,
  name: string,
  { size, inputs, outputs, strides = [1, 1], padding = 'same', pool, activation = 'relu' }: ConvNormOptions,
): (x: ConvInput, mode: ForwardMode) => tf.Tensor4D {
  const kernel = parameters.trainable<tf.Tensor4D>(
    `${name}/kernel`,
    [...size, inputs, outputs],
    torchUniform(),
  );
  const norm = normBehindBias(parameters, name, size[0] * size[1] * inputs, outputs);
  // With strides, TensorFlow's "same" pads one side only where PyTorch pads both.
  const isPadded = padding === 'same' && isMore(strides) && isMore(size);
  const convolve: Convolution = (x, factors, pooling) => {
    const filters = factors ? (tf.mul(kernel, factors) as tf.Tensor4D) : kernel;
    if (!isMore(strides)) return convolveInput(x, filters, padding, pooling);
    const beside = size.map((n) => Math.floor(n / 2)) as [number, number];
    const maps =
      x instanceof InputImage
        ? (isPadded ? x.padSides(...beside) : x).convolve(filters, isPadded ? 'valid' : padding, strides)
        : conv2d(isPadded ? padSides(x, ...beside) : x, filters, isPadded ? 'valid' : padding, strides);
    return maxPooled(maps, pooling);
  };
  return normPool(convolve, norm, {
    pooling: isMore(pool) ? { size: [...pool], stride: [...pool] } : undefined,
    relu: activation === 'relu',
  });
}

/**
 * A dense layer with batch normalisation and ReLU, [batch, inputs] to [batch, outputs]. Weights: `name/kernel` [inputs,
 * outputs], `name/bias` [outputs], and `name/norm` as of `batchNorm`.
 */
export function denseNorm(
  parameters: Parameters,
  name: string,
  inputs: number,
  outputs: number,
): (x: tf.Tensor2D, mode: ForwardMode) => tf.Tensor2D {
  const kernel = parameters.trainable<tf.Tensor2D>(`${name}/kernel`, [inputs, outputs], torchUniform());
  const norm = normBehindBias(parameters, name, inputs, outputs);
  return (x, mode) => relu(norm(tf.matMul(x, kernel), mode));
}

function normBehindBias(parameters: Parameters, name: string, fanIn: number, outputs: number): BatchNorm {
  const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [outputs], torchUniform(fanIn));
  return batchNorm(parameters, `${name}/norm`, outputs, { epsilon: TORCH_EPSILON, bias });
}

/** Parts of the forward pass that depend on whether a network is trained. */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { RandomGenerator } from '../../base/random.js';
import { dropoutOf } from '../../engine/ops/dropout.js';

/** In training, batch moments are used and recorded, and dropout draws its masks from `random`. */
export type ForwardMode = { training: false } | { training: true; random: RandomGenerator };

/** The option `dropout` of the audio branches, and `hidden_dropout` of the lyrics branch. */
export const hiddenDropout = z
  .number()
  .min(0)
  .lt(1)
  .optional()
  .describe('Part of the outputs of each hidden layer that is dropped in training. Default: 0.');

/** The option `dropout` of fusions and whole networks. */
export const headDropout = z
  .number()
  .min(0)
  .lt(1)
  .default(0.5)
  .describe('Part of the numbers before each dense layer of the head that is dropped in training.');

/** The mode of evaluation. */
export const INFERENCE: ForwardMode = { training: false };

/**
 * Zeroes elements with probability `rate`, in [0, 1), in training and scales the others by 1 / (1 - rate) (Srivastava
 * et al. 2014). The run's generator draws the key of the mask, so that it is the same on every engine.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, mode: ForwardMode): T {
  if (!mode.training || rate === 0) return x;
  const draw = (): number => mode.random.integer(2 ** 32);
  return dropoutOf(x, rate, [draw(), draw()]);
}

/**
 * Computes a function of a tensor and keeps gradients back: nothing inside learns, and nothing inside is kept in memory
 * for a gradient.
 */
export function withoutGradient<In extends tf.Tensor, Out extends tf.Tensor>(
  compute: (x: In) => Out,
): (x: In) => Out {
  return (x) =>
    tf.customGrad((input) => ({
      value: compute(input as In),
      gradFunc: () => tf.zerosLike(x),
    }))(x) as Out;
}

/** Passes values on and keeps gradients back: nothing before it learns from what follows. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((input) => ({
    value: tf.clone(input as T),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))(x) as T;
}

import * as tf from '@tensorflow/tfjs-core';
import type { ForwardMode } from './mode.js';

/**
 * Zeroes elements with probability `rate`, in [0, 1), in training and scales the others by 1 / (1 - rate) (Srivastava
 * et al. 2014). The mask comes from the run's generator, so it is the same on every engine.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, mode: ForwardMode): T {
  if (!mode.training || rate === 0) return x;
  const { random } = mode;
  const mask = Float32Array.from({ length: x.size }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
  return tf.mul(x, tf.tensor(mask, x.shape)) as T;
}

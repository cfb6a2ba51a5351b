import * as tf from '@tensorflow/tfjs-core';
import { constant } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { EPSILON } from './batch-norm.js';
import type { ForwardMode } from './training.js';

/** Means over height and width, one after the other: sums of a hundred thousand terms lose digits in single precision. */
const meanOfMap = (x: tf.Tensor): tf.Tensor => tf.mean(tf.mean(x, 2, true), 1, true);

/**
 * Normalises each channel of [batch, height, width, channels] by its moments over the clip itself, in training and in
 * evaluation alike (Ulyanov, Vedaldi and Lempitsky 2016): batch normalisation by the present batch, of one clip. No
 * running averages are kept. Weights: `name/gamma` and `beta`, [channels] each.
 */
export function clipNorm(
  parameters: Parameters,
  name: string,
  channels: number,
): (x: tf.Tensor4D, mode: ForwardMode) => tf.Tensor4D {
  const gamma = parameters.trainable<tf.Tensor1D>(`${name}/gamma`, [channels], constant(1));
  const beta = parameters.trainable<tf.Tensor1D>(`${name}/beta`, [channels], constant(0));
  return (x) => {
    const centred = tf.sub(x, meanOfMap(x));
    const variance = meanOfMap(tf.square(centred)); // [batch, 1, 1, channels]
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(centred, scale), beta) as tf.Tensor4D;
  };
}

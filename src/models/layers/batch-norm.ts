import * as tf from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../../engine/ops/batch-norm.js';
import { constant } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import type { ForwardMode } from './training.js';

/** Added to the variance, as Keras does. */
export const EPSILON = 1e-3;
/** Part of each batch's moments that goes into the running averages, as PyTorch does. */
const MOMENTUM = 0.1;

/** The layer: any shape with the channels last, to the same shape. */
export type BatchNorm = (<T extends tf.Tensor>(x: T, mode: ForwardMode, mask?: tf.Tensor) => T) & {
  /** Its sign says whether the layer keeps or turns the order of a channel's values. */
  gamma: tf.Tensor1D;
};

/**
 * Batch normalisation of the last dimension (Ioffe and Szegedy 2015): the batch's moments in training, their running
 * averages in evaluation. With `mask`, which broadcasts to x, the moments are those of the elements where it is 1, at least
 * two a channel. Weights: `name/gamma`, `beta`, `mean` and `variance`, [channels] each.
 */
export function batchNorm(parameters: Parameters, name: string, channels: number): BatchNorm {
  const gamma = parameters.trainable<tf.Tensor1D>(`${name}/gamma`, [channels], constant(1));
  const beta = parameters.trainable<tf.Tensor1D>(`${name}/beta`, [channels], constant(0));
  const mean = parameters.state(`${name}/mean`, [channels], 0);
  const variance = parameters.state(`${name}/variance`, [channels], 1);
  const track = (running: tf.Variable, batch: tf.Tensor): void =>
    tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(batch, MOMENTUM))));
  const trackBoth = (batchMean: tf.Tensor, batchVariance: tf.Tensor): void => {
    track(mean, batchMean);
    track(variance, batchVariance);
  };
  const layer = <T extends tf.Tensor>(x: T, mode: ForwardMode, mask?: tf.Tensor): T => {
    if (mode.training)
      return mask
        ? maskedBatchNorm(x, gamma, beta, mask, trackBoth)
        : batchNormTraining(x, gamma, beta, EPSILON, trackBoth);
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale))) as T;
  };
  return Object.assign(layer, { gamma });
}

/** Normalises by the moments of the elements where the mask is 1, written out, so that TensorFlow.js differentiates it. */
function maskedBatchNorm<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mask: tf.Tensor,
  onMoments: (mean: tf.Tensor, variance: tf.Tensor) => void,
): T {
  const channels = x.shape[x.rank - 1];
  const rows = tf.reshape(x, [-1, channels]);
  const counts = tf.reshape(tf.mul(mask, tf.onesLike(tf.slice(x, 0, [...x.shape.slice(0, -1), 1]))), [-1, 1]);
  const total = tf.sum(counts);
  const mean = tf.div(tf.sum(tf.mul(rows, counts), 0), total);
  const centred = tf.sub(rows, mean);
  const variance = tf.div(tf.sum(tf.mul(tf.square(centred), counts), 0), total);
  onMoments(mean, tf.mul(variance, tf.div(total, tf.maximum(1, tf.sub(total, 1)))));
  const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.reshape(tf.add(tf.mul(normalised, gamma), beta), x.shape) as T;
}

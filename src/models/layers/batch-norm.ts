import * as tf from '@tensorflow/tfjs-core';
import { batchNormTraining } from '../../engine/ops/batch-norm.js';
import { constant } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import type { ForwardMode } from './training.js';

/** Added to the variance, as Keras does. */
const EPSILON = 1e-3;
/** Part of each batch's moments that goes into the running averages, as PyTorch does. */
const MOMENTUM = 0.1;

/** The layer: any shape with the channels last, to the same shape. */
export type BatchNorm = (<T extends tf.Tensor>(x: T, mode: ForwardMode) => T) & {
  /** Its sign says whether the layer keeps or turns the order of a channel's values. */
  gamma: tf.Tensor1D;
};

/**
 * Batch normalisation of the last dimension (Ioffe and Szegedy 2015): the batch's moments in training, their running
 * averages in evaluation. Weights: `name/gamma`, `beta`, `mean` and `variance`, [channels] each.
 */
export function batchNorm(parameters: Parameters, name: string, channels: number): BatchNorm {
  const gamma = parameters.trainable<tf.Tensor1D>(`${name}/gamma`, [channels], constant(1));
  const beta = parameters.trainable<tf.Tensor1D>(`${name}/beta`, [channels], constant(0));
  const mean = parameters.state(`${name}/mean`, [channels], 0);
  const variance = parameters.state(`${name}/variance`, [channels], 1);
  const track = (running: tf.Variable, batch: tf.Tensor): void =>
    tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(batch, MOMENTUM))));
  const layer = <T extends tf.Tensor>(x: T, mode: ForwardMode): T => {
    if (mode.training) {
      return batchNormTraining(x, gamma, beta, EPSILON, (batchMean, batchVariance) => {
        track(mean, batchMean);
        track(variance, batchVariance);
      });
    }
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, EPSILON)));
    return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale))) as T;
  };
  return Object.assign(layer, { gamma });
}

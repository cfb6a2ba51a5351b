import * as tf from '@tensorflow/tfjs-core';
import { batchNormTraining, normPoolTraining } from '../../engine/ops/batch-norm.js';
import type { Pooling } from '../../engine/ops/norm-pool-kernel.js';
import { constant } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import type { ForwardMode } from './training.js';

/** Added to the variance, as Keras does. */
export const EPSILON = 1e-3;
/** The same as PyTorch does. */
export const TORCH_EPSILON = 1e-5;

/** The layer: any shape with the channels last, to the same shape. */
export type BatchNorm = (<T extends tf.Tensor>(x: T, mode: ForwardMode, mask?: tf.Tensor) => T) & {
  /** Its sign says whether the layer keeps or turns the order of a channel's values. */
  gamma: tf.Tensor1D;
  beta: tf.Tensor1D;
  /** In training: x less the batch's mean, by its standard deviation, without gamma and beta and without a gradient. */
  standardised<T extends tf.Tensor>(x: T): T;
  /**
   * In training, unless it is frozen: the layer on a map, the maximum of each window of it, and ReLU, as far as they are
   * wanted, at the cost of little more than reading the map.
   */
  pooled(x: tf.Tensor4D, around: AroundNorm): tf.Tensor4D;
  /** Whether the layer is frozen, so that it normalises by its running averages in training too, and leaves them alone. */
  isFrozen(): boolean;
  /** The fixed normalisation of evaluation, y = scale x + shift, [channels] each. */
  fixed(): { scale: tf.Tensor1D; shift: tf.Tensor1D };
};

/** What stands before and behind a normalisation and is computed with it. */
export interface AroundNorm {
  /** [channels]; max(x + rectified, 0) is normalised. Default: x is. */
  rectified?: tf.Tensor1D;
  /** Default: none. */
  pooling?: Pooling;
  /** Whether max(y, 0) is the result. Default: false. */
  relu?: boolean;
}

/** What may differ from Keras's layer. */
export interface BatchNormOptions {
  /** Added to the variance. Default: 1e-3. */
  epsilon?: number;
  /**
   * [channels], a bias that stands before the layer. The normalisation of training takes it out again, so it is added to
   * the mean that is recorded, never to x, and its gradient is 0.
   */
  bias?: tf.Tensor1D;
}

/**
 * Batch normalisation of the last dimension (Ioffe and Szegedy 2015): the batch's moments in training, their running
 * averages in evaluation. With `mask`, which broadcasts to x, the moments are those of the elements where it is 1, at least
 * two a channel. Weights: `name/gamma`, `beta`, `mean` and `variance`, [channels] each.
 */
export function batchNorm(
  parameters: Parameters,
  name: string,
  channels: number,
  { epsilon = EPSILON, bias }: BatchNormOptions = {},
): BatchNorm {
  const gamma = parameters.trainable<tf.Tensor1D>(`${name}/gamma`, [channels], constant(1));
  const beta = parameters.trainable<tf.Tensor1D>(`${name}/beta`, [channels], constant(0));
  const mean = parameters.state(`${name}/mean`, [channels], 0);
  const variance = parameters.state(`${name}/variance`, [channels], 1);
  const track = (running: tf.Variable, batch: tf.Tensor): void => {
    const { momentum } = parameters;
    tf.tidy(() => running.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum))));
  };
  const trackBoth = (batchMean: tf.Tensor, batchVariance: tf.Tensor): void => {
    track(mean, bias ? tf.add(batchMean, bias) : batchMean);
    track(variance, batchVariance);
  };
  const layer = <T extends tf.Tensor>(x: T, mode: ForwardMode, mask?: tf.Tensor): T => {
    if (mode.training && !isFrozen())
      return mask
        ? maskedBatchNorm(x, { gamma, beta: offset(), mask, epsilon }, trackBoth)
        : batchNormTraining(x, gamma, offset(), epsilon, trackBoth);
    const { scale, shift } = fixed();
    return tf.add(tf.mul(x, scale), shift) as T;
  };
  const isFrozen = (): boolean => !(gamma as unknown as tf.Variable).trainable;
  const offset = (): tf.Tensor1D => (bias ? withoutEffect(beta, bias) : beta);
  const fixed = () => {
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon))) as tf.Tensor1D;
    const centre = bias ? tf.sub(mean, bias) : mean;
    return { scale, shift: tf.sub(beta, tf.mul(centre, scale)) as tf.Tensor1D };
  };
  const pooled = (x: tf.Tensor4D, { rectified, pooling, relu }: AroundNorm): tf.Tensor4D =>
    normPoolTraining(x, { gamma, beta: offset(), bias: rectified, epsilon, relu }, trackBoth, pooling);
  const standardised = <T extends tf.Tensor>(x: T): T =>
    batchNormTraining(x, tf.ones([channels]), tf.zeros([channels]), epsilon, trackBoth);
  return Object.assign(layer, { gamma, beta, standardised, pooled, fixed, isFrozen });
}

/** The first tensor; the second has a gradient too, which is 0. */
function withoutEffect(x: tf.Tensor1D, other: tf.Tensor1D): tf.Tensor1D {
  return tf.customGrad((input, unused) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => [tf.clone(dy), tf.zerosLike(unused as tf.Tensor)],
  }))(x, other) as tf.Tensor1D;
}

/** Normalises by the moments of the elements where the mask is 1, written out, so that TensorFlow.js differentiates it. */
function maskedBatchNorm<T extends tf.Tensor>(
  x: T,
  { gamma, beta, mask, epsilon }: { gamma: tf.Tensor1D; beta: tf.Tensor1D; mask: tf.Tensor; epsilon: number },
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
  const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
  return tf.reshape(tf.add(tf.mul(normalised, gamma), beta), x.shape) as T;
}

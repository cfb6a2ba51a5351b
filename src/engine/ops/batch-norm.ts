/** Batch normalisation over the last dimension, alone or before max-pooling (Ioffe and Szegedy 2015). */
import * as tf from '@tensorflow/tfjs-core';
import { relu } from './activations.js';
import { biasAdd, sumOverChannels } from './bias-add.js';
import { attribute, isNative, runNativeMany } from './native.js';
import {
  hasNormPool,
  type MomentsListener,
  type NormWeights,
  normPoolKernel,
  type Pooling,
} from './norm-pool-kernel.js';

/** Windows of one element: no pooling. */
const NO_POOLING: Pooling = { size: [1, 1], stride: [1, 1] };

/**
 * Normalises each channel by the batch's own mean and variance, for training:
 * y = γ (x - mean) / sqrt(var + ε) + β.
 *
 * @param x - [..., channels]
 * @param gamma - [channels]
 * @param beta - [channels]
 * @param epsilon - added to the variance
 * @param onMoments - receives the batch's moments for the running averages. It is called inside the operation:
 *   what a custom gradient makes beside its value is disposed of when it returns
 * @returns the shape of x
 */
export function batchNormTraining<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onMoments: MomentsListener,
): T {
  const channels = x.shape[x.rank - 1];
  if (hasNormPool(channels)) {
    // The kernel computes on several examples at a time.
    const rows = tf.reshape(x, [x.rank > 2 ? x.shape[0] : 1, 1, -1, channels]) as tf.Tensor4D;
    return tf.reshape(normPoolKernel(rows, { gamma, beta, epsilon }, NO_POOLING, onMoments), x.shape) as T;
  }
  const image = tf.reshape(x, [1, 1, -1, channels]);
  const y = isNative()
    ? fused(image, gamma, beta, epsilon, onMoments)
    : composed(image, gamma, beta, epsilon, onMoments);
  return tf.reshape(y, x.shape) as T;
}

/**
 * Normalises as `batchNormTraining` does, x or max(x + bias, 0), and gives the maximum of each window, with `relu`
 * max(maximum, 0); of equal values, one takes the gradient.
 *
 * @param x - [batch, height, width, channels]
 * @param pooling - default: none
 * @returns [batch, pooled height, pooled width, channels]
 */
export function normPoolTraining(
  x: tf.Tensor4D,
  weights: NormWeights,
  onMoments: MomentsListener,
  pooling: Pooling = NO_POOLING,
): tf.Tensor4D {
  if (hasNormPool(x.shape[3])) return normPoolKernel(x, weights, pooling, onMoments);
  const { gamma, beta, bias, epsilon } = weights;
  const values = bias ? relu(biasAdd(x, bias)) : x;
  const normalised = batchNormTraining(values, gamma, beta, epsilon, onMoments);
  const pooled =
    pooling === NO_POOLING ? normalised : tf.maxPool(normalised, pooling.size, pooling.stride, 'valid');
  return weights.relu ? relu(pooled) : pooled;
}

function fused(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onMoments: MomentsListener,
): tf.Tensor {
  const attributes = [
    attribute('T', 'TYPE', 'float32'),
    attribute('U', 'TYPE', 'float32'),
    attribute('epsilon', 'FLOAT', epsilon),
    attribute('data_format', 'STRING', 'NHWC'),
    attribute('is_training', 'BOOL', true),
  ];
  const forward = [...attributes, attribute('exponential_avg_factor', 'FLOAT', 1)];
  return tf.customGrad((input, scale, offset, save) => {
    const unused = tf.tensor1d([]);
    const inputs = [input, scale, offset, unused, unused];
    const [y, mean, variance, ...reserved] = runNativeMany('FusedBatchNormV3', forward, inputs, 6);
    onMoments(mean as tf.Tensor1D, variance as tf.Tensor1D);
    (save as unknown as tf.GradSaveFunc)([input as tf.Tensor, scale as tf.Tensor, ...reserved]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, [savedInput, savedScale, ...rest]: tf.Tensor[]) =>
        runNativeMany('FusedBatchNormGradV3', attributes, [dy, savedInput, savedScale, ...rest], 5).slice(
          0,
          3,
        ),
    };
  })(x, gamma, beta);
}

/**
 * The plain definition with its gradient in closed form: with x̂ the normalised input and n rows,
 * dx = γ/σ (dy - mean(dy) - x̂ mean(dy x̂)).
 */
function composed(
  x: tf.Tensor,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
  onMoments: MomentsListener,
): tf.Tensor {
  return tf.customGrad((input, scale, offset, save) => {
    const rows = (input as tf.Tensor).shape[2]!;
    const mean = tf.div(sumOverChannels(input as tf.Tensor), rows) as tf.Tensor1D;
    const centred = tf.sub(input as tf.Tensor, mean);
    const variance = tf.div(sumOverChannels(tf.square(centred)), rows) as tf.Tensor1D;
    onMoments(mean, tf.mul(variance, rows / Math.max(1, rows - 1)) as tf.Tensor1D);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normalised = tf.mul(centred, inverse);
    const value = tf.add(tf.mul(normalised, scale as tf.Tensor), offset as tf.Tensor);
    (save as unknown as tf.GradSaveFunc)([normalised, tf.mul(inverse, scale as tf.Tensor)]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [xHat, factor]: tf.Tensor[]) => {
        const dOffset = sumOverChannels(dy);
        const dScale = sumOverChannels(tf.mul(dy, xHat));
        const along = tf.mul(xHat, tf.div(dScale, rows));
        const dx = tf.mul(tf.sub(tf.sub(dy, tf.div(dOffset, rows)), along), factor);
        return [dx, dScale, dOffset];
      },
    };
  })(x, gamma, beta);
}

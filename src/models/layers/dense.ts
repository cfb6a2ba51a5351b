import * as tf from '@tensorflow/tfjs-core';
import { biasAdd } from '../../engine/ops/bias-add.js';
import { constant, heNormal, type Initializer } from '../initializers.js';
import type { Parameters } from '../parameters.js';

/**
 * A fully connected layer y = x W + b on the last dimension, [..., inputs] to [..., outputs]. Weights: `name/kernel`
 * [inputs, outputs] and `name/bias` [outputs].
 */
export function dense(
  parameters: Parameters,
  name: string,
  inputs: number,
  outputs: number,
  initializer: Initializer = heNormal,
  biasInitializer: Initializer = constant(0),
): <T extends tf.Tensor>(x: T) => T {
  const kernel = parameters.trainable<tf.Tensor2D>(`${name}/kernel`, [inputs, outputs], initializer);
  const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [outputs], biasInitializer);
  return <T extends tf.Tensor>(x: T): T => {
    const rows = tf.reshape(x, [-1, inputs]) as tf.Tensor2D;
    return tf.reshape(biasAdd(tf.matMul(rows, kernel), bias), [...x.shape.slice(0, -1), outputs]) as T;
  };
}

/** Adding a bias to the last dimension. */
import * as tf from '@tensorflow/tfjs-core';
import { attribute, isNative, runNative } from './native.js';

/**
 * x + b along the last dimension. Natively the gradient of b is `BiasAddGrad`, one pass over the data; elsewhere
 * it is a product with a row of ones, which WebAssembly does faster than a reduction over leading dimensions.
 *
 * @param x - [..., channels], rank 2 to 4
 * @param bias - [channels]
 * @returns the shape of x
 */
export function biasAdd<T extends tf.Tensor>(x: T, bias: tf.Tensor1D): T {
  return tf.customGrad((input, b) => {
    const value = tf.add(input as T, b as tf.Tensor1D);
    return { value, gradFunc: (dy: tf.Tensor) => [dy, sumOverChannels(dy)] };
  })(x, bias) as T;
}

/**
 * Sum over all but the last dimension.
 *
 * @param x - [..., channels]
 * @returns [channels]
 */
export function sumOverChannels(x: tf.Tensor): tf.Tensor1D {
  if (isNative()) {
    const attributes = [attribute('T', 'TYPE', 'float32'), attribute('data_format', 'STRING', 'NHWC')];
    return runNative('BiasAddGrad', attributes, [x]);
  }
  return tf.tidy(() => {
    const channels = x.shape[x.rank - 1];
    const rows = tf.reshape(x, [-1, channels]) as tf.Tensor2D;
    return tf.reshape(tf.matMul(tf.ones([1, rows.shape[0]]) as tf.Tensor2D, rows), [channels]) as tf.Tensor1D;
  });
}

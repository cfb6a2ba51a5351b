/** A mean whose gradient is spread without a tensor of ones. */
import * as tf from '@tensorflow/tfjs-core';
import { isNative, runNative } from './native.js';

/**
 * The mean along one dimension, which stays, of size 1. TensorFlow.js spreads the gradient by a product with ones of the
 * size of x, made in JavaScript; natively `BroadcastTo` does it.
 *
 * @param x - any shape
 * @param axis - the dimension, from 0
 * @returns the shape of x with a 1 in that dimension
 */
export function meanAlong<T extends tf.Tensor>(x: T, axis: number): T {
  if (!isNative()) return tf.mean(x, axis, true);
  return tf.customGrad((input) => {
    const { shape } = input as tf.Tensor;
    return {
      value: tf.mean(input as tf.Tensor, axis, true),
      gradFunc: (dy: tf.Tensor) =>
        runNative('BroadcastTo', [], [tf.div(dy, shape[axis]), tf.tensor1d(shape, 'int32')]),
    };
  })(x) as T;
}

import * as tf from '@tensorflow/tfjs-core';

/**
 * Which rows hold anything but zeros.
 *
 * @param rows - [batch, size], of any type of numbers
 * @returns [batch], 1 where a number is not zero, else 0
 */
export function anyNonZero(rows: tf.Tensor): tf.Tensor1D {
  return tf.cast(tf.any(tf.notEqual(rows, 0), 1), 'float32') as tf.Tensor1D;
}

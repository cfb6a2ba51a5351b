import * as tf from '@tensorflow/tfjs-core';

/** Whether each row of [batch, size] holds anything but zeros: [batch], 1 or 0. */
export function anyNonZero(rows: tf.Tensor): tf.Tensor1D {
  return tf.cast(tf.any(tf.notEqual(rows, 0), 1), 'float32') as tf.Tensor1D;
}

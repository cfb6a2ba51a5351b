/** Whether a modality is there, and what stands in for it. */
import * as tf from '@tensorflow/tfjs-core';
import type { Sequence } from '../branches/branch.js';

/** Whether each row of [batch, size] holds anything but zeros: [batch], 1 or 0. */
export function anyNonZero(rows: tf.Tensor): tf.Tensor1D {
  return tf.cast(tf.any(tf.notEqual(rows, 0), 1), 'float32') as tf.Tensor1D;
}

/**
 * Replaces a branch's whole sequence [batch, time, features] by a learned step [features] where its modality is absent
 * (`present` [batch] is 0); everything after that step is padding.
 */
export function withAbsentToken(
  { values, mask }: Sequence,
  token: tf.Tensor1D,
  present: tf.Tensor1D,
): Sequence & { mask: tf.Tensor2D } {
  const [batch, time, features] = values.shape;
  const first = tf.oneHot(tf.zeros([batch], 'int32'), time); // [batch, time], 1 in the first step
  const there = tf.reshape(present, [-1, 1]);
  const real = mask ?? tf.ones([batch, time]);
  const kept = tf.mul(values, tf.reshape(present, [-1, 1, 1]));
  const replaced = tf.mul(tf.reshape(token, [1, 1, features]), tf.reshape(tf.sub(1, present), [-1, 1, 1]));
  return {
    values: tf.add(kept, replaced) as tf.Tensor3D,
    mask: tf.add(tf.mul(real, there), tf.mul(first, tf.sub(1, there))) as tf.Tensor2D,
  };
}

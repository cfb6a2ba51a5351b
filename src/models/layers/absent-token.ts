import * as tf from '@tensorflow/tfjs-core';
import type { Sequence } from '../branches/branch.js';

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

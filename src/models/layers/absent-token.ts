import * as tf from '@tensorflow/tfjs-core';
import type { Sequence } from '../branches/branch.js';

/**
 * Puts a learned step in place of a branch's whole sequence where its modality is absent: the first step is the token
 * and everything behind it is padding.
 *
 * @param sequence - what the branch made of its input, [batch, time, features]
 * @param token - learned, [features]
 * @param present - [batch], 1 where the modality is there and 0 where it is absent
 * @returns the sequence, with a mask
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

import * as tf from '@tensorflow/tfjs-core';
import { MASKED } from './pooling.js';

/** Splits features over heads: [batch, time, features] to [batch, heads, time, features / heads]. */
function byHead(x: tf.Tensor3D, heads: number): tf.Tensor4D {
  const [, time, features] = x.shape;
  return tf.transpose(tf.reshape(x, [-1, time, heads, features / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
}

/**
 * Multi-head scaled dot-product attention, softmax(Q Kᵀ / √d) V for each head (Vaswani et al. 2017), without
 * projections. Queries [batch, steps, features], keys and values [batch, time, features], mask [batch, time]; gives
 * [batch, steps, features]. `thin` changes the weights [batch, heads, steps, time], as dropout does.
 */
export function dotProductAttention(
  queries: tf.Tensor3D,
  keys: tf.Tensor3D,
  values: tf.Tensor3D,
  mask: tf.Tensor2D | null,
  heads: number,
  thin: (weights: tf.Tensor4D) => tf.Tensor4D = (weights) => weights,
): tf.Tensor3D {
  const [, steps, features] = queries.shape;
  const time = keys.shape[1];
  const scale = 1 / Math.sqrt(features / heads);
  const scores = tf.mul(tf.matMul(byHead(queries, heads), byHead(keys, heads), false, true), scale); // [batch, heads, steps, time]
  const allowed = mask
    ? tf.add(scores, tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [-1, 1, 1, time]))
    : scores;
  const read = tf.matMul(thin(tf.softmax(allowed) as tf.Tensor4D), byHead(values, heads)); // [batch, heads, steps, features / heads]
  return tf.reshape(tf.transpose(read, [0, 2, 1, 3]), [-1, steps, features]) as tf.Tensor3D;
}

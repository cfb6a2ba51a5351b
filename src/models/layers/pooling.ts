/** Summaries of a sequence over time that leave masked steps out. */
import * as tf from '@tensorflow/tfjs-core';
import { hasTimePool, timePool } from '../../engine/ops/time-pool.js';
import type { Sequence } from '../branches/branch.js';

/** Added to what a masked step would contribute to a maximum or a softmax; exp of it is zero in float32. */
export const MASKED = -1e9;

/** Mean over time, [batch, features], of [batch, time, features]; mask [batch, time], 1 for a real step. */
export function meanOverTime(values: tf.Tensor3D, mask: tf.Tensor2D | null): tf.Tensor2D {
  if (!mask) return tf.mean(values, 1);
  const kept = tf.mul(values, tf.expandDims(mask, 2));
  return tf.div(tf.sum(kept, 1), tf.maximum(tf.sum(mask, 1, true), 1)) as tf.Tensor2D;
}

/** Maximum over time, [batch, features], of [batch, time, features]; mask [batch, time], 1 for a real step. */
export function maxOverTime(values: tf.Tensor3D, mask: tf.Tensor2D | null): tf.Tensor2D {
  if (!mask) return tf.max(values, 1);
  const penalty = tf.mul(tf.sub(1, tf.expandDims(mask, 2)), MASKED);
  return tf.max(tf.add(values, penalty), 1);
}

/** Mean and maximum over time of [batch, time, features], side by side: [batch, 2 × features]. */
export function pooledSummary({ values, mask }: Sequence): tf.Tensor2D {
  if (hasTimePool()) return timePool(values, mask ?? tf.ones([values.shape[0], values.shape[1]]));
  return tf.concat([meanOverTime(values, mask), maxOverTime(values, mask)], 1);
}

/** Losses of exclusive classes and of numbers, from logits. */
import * as tf from '@tensorflow/tfjs-core';

/** Mean categorical cross-entropy, -Σ w y log softmax(z), all [batch, classes]; w: a weight of each class. Default: 1. */
export function categoricalCrossEntropy(
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
  weights?: tf.Tensor1D,
): tf.Scalar {
  const terms = tf.mul(labels, tf.logSoftmax(logits));
  return tf.neg(tf.mean(tf.sum(weights ? tf.mul(terms, weights) : terms, 1))) as tf.Scalar;
}

/** Mean of (y - z)² over the targets that are known, all [batch, targets]; NaN is a missing target. 0 where none is known. */
export function meanSquaredError(targets: tf.Tensor2D, outputs: tf.Tensor2D): tf.Scalar {
  const missing = tf.isNaN(targets);
  const known = tf.sum(tf.cast(tf.logicalNot(missing), 'float32'));
  const truth = tf.where(missing, tf.zerosLike(targets), targets);
  const error = tf.where(missing, tf.zerosLike(outputs), tf.sub(outputs, truth));
  return tf.div(tf.sum(tf.square(error)), tf.maximum(known, 1)) as tf.Scalar;
}

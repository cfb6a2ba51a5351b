/** Losses, computed from logits. */
import * as tf from '@tensorflow/tfjs-core';
import type { Fused } from '../models/fusion/fusion.js';

/** Computes the mean loss of some logits, [batch, labels] both. */
export type Loss = (targets: tf.Tensor2D, logits: tf.Tensor2D) => tf.Scalar;

/**
 * What training minimises: the loss of the joint score, plus that of each branch's own where branches are trained apart.
 *
 * @param loss - the task's
 * @param targets - [batch, labels]
 * @param outputs - what the model gives
 * @returns scalar
 */
export function trainingLoss(
  loss: Loss,
  targets: tf.Tensor2D,
  { logits, branchLogits = [] }: Pick<Fused, 'logits' | 'branchLogits'>,
): tf.Scalar {
  return [logits, ...branchLogits]
    .map((own) => loss(targets, own))
    .reduce((sum, own) => tf.add(sum, own) as tf.Scalar);
}

/**
 * Mean binary cross-entropy with a penalty α on missed positives,
 * -(α y log p + (1 - y) log(1 - p)), p = σ(z), as α y softplus(-z) + (1 - y) softplus(z), which does not overflow.
 * α = 1 is plain binary cross-entropy. (The literature also prints the second term as (1 - ŷ) log(1 - ŷ), with the
 * prediction in place of the label: a misprint, since that term would not depend on the truth.)
 *
 * @param labels - 0 or 1, [batch, labels]
 * @param logits - [batch, labels]
 * @param alpha - the penalty, above 0
 * @returns scalar
 */
export function penalisedBinaryCrossEntropy(
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
  alpha: number,
): tf.Scalar {
  return tf.customGrad((z, save) => {
    const values = z as tf.Tensor2D;
    // softplus(z) = max(z, 0) + log1p(exp(-|z|)); softplus(-z) = softplus(z) - z.
    const softplus = tf.add(tf.relu(values), tf.log1p(tf.exp(tf.neg(tf.abs(values)))));
    const weight = tf.add(tf.mul(labels, alpha - 1), 1); // α where y = 1, else 1
    const loss = tf.mean(tf.sub(tf.mul(weight, softplus), tf.mul(tf.mul(labels, alpha), values)));
    (save as tf.GradSaveFunc)([values, labels]);
    return {
      value: loss,
      gradFunc: (dy: tf.Tensor, [savedLogits, y]: tf.Tensor[]) => {
        const p = tf.sigmoid(savedLogits);
        const gradient = tf.sub(tf.mul(tf.add(tf.mul(y, alpha - 1), 1), p), tf.mul(y, alpha));
        return tf.mul(gradient, tf.div(dy, savedLogits.size));
      },
    };
  })(logits) as tf.Scalar;
}

/**
 * Mean categorical cross-entropy, -Σ y log softmax(z).
 *
 * @param labels - one-hot, [batch, classes]
 * @param logits - [batch, classes]
 * @returns scalar
 */
export function categoricalCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1))) as tf.Scalar;
}

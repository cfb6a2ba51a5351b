/** Losses of independent tags, from logits z with p = σ(z); labels may be fractional where examples are mixed or soft. */
import * as tf from '@tensorflow/tfjs-core';

/** log(1 + exp(z)) = max(z, 0) + log1p(exp(-|z|)), which does not overflow. */
const softplus = (z: tf.Tensor): tf.Tensor => tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));

/**
 * Mean of a binary cross-entropy whose terms have weights, -(w₊ y log p + w₋ (1 - y) log(1 - p)), as w₊ y softplus(-z) +
 * w₋ (1 - y) softplus(z), which does not overflow; labels and logits [batch, labels], weights ≥ 0, of each label or of
 * all.
 */
export function weightedBinaryCrossEntropy(
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
  weights: { positive: tf.Tensor1D | number; negative: tf.Tensor1D | number },
): tf.Scalar {
  return tf.customGrad((z, save) => {
    const values = z as tf.Tensor2D;
    const present = tf.mul(labels, weights.positive);
    const either = tf.add(present, tf.mul(tf.sub(1, labels), weights.negative));
    // softplus(-z) = softplus(z) - z.
    const loss = tf.mean(tf.sub(tf.mul(either, softplus(values)), tf.mul(present, values)));
    (save as tf.GradSaveFunc)([values, present, either]);
    return {
      value: loss,
      gradFunc: (dy: tf.Tensor, [savedLogits, ofPresent, ofEither]: tf.Tensor[]) => {
        const gradient = tf.sub(tf.mul(ofEither, tf.sigmoid(savedLogits)), ofPresent);
        return tf.mul(gradient, tf.div(dy, savedLogits.size));
      },
    };
  })(logits) as tf.Scalar;
}

/**
 * Mean binary cross-entropy with a penalty α > 0 on missed positives, -(α y log p + (1 - y) log(1 - p)); all [batch,
 * labels]. (The literature also prints the second term as (1 - ŷ) log(1 - ŷ): a misprint, since that term would not
 * depend on the truth.)
 */
export const penalisedBinaryCrossEntropy = (
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
  alpha: number,
): tf.Scalar => weightedBinaryCrossEntropy(labels, logits, { positive: alpha, negative: 1 });

/**
 * Mean focal loss, -(1 - p_t)^γ log p_t, where p_t is the probability of the true side (Lin, Goyal, Girshick, He and
 * Dollár 2017, without their class weight); γ = 0 is binary cross-entropy.
 */
export function focalLoss(labels: tf.Tensor2D, logits: tf.Tensor2D, gamma: number): tf.Scalar {
  return tf.mean(
    tf.add(focalTerm(labels, logits, gamma), focalTerm(tf.sub(1, labels), tf.neg(logits), gamma)),
  );
}

/** -target (1 - p)^γ log p: log(1 - p) = -softplus(z), log p = -softplus(-z). */
const focalTerm = (target: tf.Tensor, z: tf.Tensor, gamma: number): tf.Tensor =>
  tf.mul(target, tf.mul(tf.exp(tf.mul(softplus(z), -gamma)), softplus(tf.neg(z))));

/** Keeps the gradient of a power finite at 0. */
const TINY = 1e-8;

/** Options of the asymmetric loss. */
export interface AsymmetricOptions {
  /** Focusing of positives, γ₊ ≥ 0. */
  gamma_positive: number;
  /** Focusing of negatives, γ₋ ≥ 0. */
  gamma_negative: number;
  /** The probability m in [0, 1) up to which a negative costs nothing. */
  margin: number;
}

/**
 * Mean asymmetric loss, -(y (1 - p)^γ₊ log p + (1 - y) q^γ₋ log(1 - q)) with q = max(p - m, 0) (Ridnik et al. 2021); all
 * [batch, labels]. The gradient goes through the focusing terms, as in the paper.
 */
export function asymmetricLoss(
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
  { gamma_positive, gamma_negative, margin }: AsymmetricOptions,
): tf.Scalar {
  const positive = focalTerm(labels, logits, gamma_positive);
  // Without a margin, log(1 - p) is exact for large logits too.
  if (margin === 0)
    return tf.mean(tf.add(positive, focalTerm(tf.sub(1, labels), tf.neg(logits), gamma_negative)));
  const shifted = tf.relu(tf.sub(tf.sigmoid(logits), margin));
  const focus = gamma_negative === 0 ? 1 : tf.pow(tf.maximum(shifted, TINY), gamma_negative);
  const negative = tf.mul(tf.sub(1, labels), tf.mul(focus, tf.neg(tf.log1p(tf.neg(shifted)))));
  return tf.mean(tf.add(positive, negative));
}

/**
 * Terms of the loss for a model's relaxed hash code: how binary, how balanced, and how alike for examples that share a
 * label, as deep hashing adds them to the loss of the labels. All weights are 0 by default.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import type { ModelSpec } from '../../models/spec.js';

const weight = z.number().nonnegative().default(0);

/** The option `loss.code`. */
export const codeLossOptions = z
  .strictObject({
    quantisation: weight.describe('Weight of the mean of (1 - |2q - 1|)², which draws each q to 0 or 1.'),
    balance: weight.describe(
      'Weight of the mean over bits of (2 mean q - 1)², so that a bit halves the data.',
    ),
    similarity: weight.describe(
      'Weight of -log p of the similarity of each pair in a batch, p = σ(½ uᵀu′) with u = 2q - 1 (Li, Wang and Kang 2016): 1 where two examples share a label.',
    ),
  })
  .describe('Terms for the code of a model with model.hash, beside the loss of the labels.');

/** Weights of the terms. */
export type CodeLossWeights = z.output<typeof codeLossOptions>;

/** (1 - |2q - 1|)², the mean over a relaxed code q in (0, 1), [batch, bits]. */
export const quantisationLoss = (code: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.square(tf.sub(1, tf.abs(tf.sub(tf.mul(code, 2), 1)))));

/** The mean over bits of (2 mean q - 1)², where the inner mean is over the batch. */
export const balanceLoss = (code: tf.Tensor2D): tf.Scalar =>
  tf.mean(tf.square(tf.sub(tf.mul(tf.mean(code, 0), 2), 1)));

/**
 * The mean over pairs of different examples of softplus(Θ) - s Θ, Θ = ½ uᵀu′, where s is 1 when they share a label of
 * `targets` [batch, labels]; 0 for a batch of one.
 */
export function similarityLoss(targets: tf.Tensor2D, code: tf.Tensor2D): tf.Scalar {
  const [batch] = code.shape;
  if (batch < 2) return tf.scalar(0);
  const u = tf.sub(tf.mul(code, 2), 1) as tf.Tensor2D;
  const theta = tf.mul(tf.matMul(u, u, false, true), 0.5); // [batch, batch]
  const shared = tf.cast(tf.greater(tf.matMul(targets, targets, false, true), 0), 'float32');
  const others = tf.sub(1, tf.eye(batch));
  const losses = tf.sub(tf.softplus(theta), tf.mul(shared, theta));
  return tf.div(tf.sum(tf.mul(losses, others)), batch * (batch - 1));
}

/** The weighted sum of the terms; null where all weights are 0. */
export function codeLoss(
  { quantisation, balance, similarity }: CodeLossWeights,
  targets: tf.Tensor2D,
  code: tf.Tensor2D,
): tf.Scalar | null {
  const terms = [
    ...(quantisation > 0 ? [tf.mul(quantisationLoss(code), quantisation)] : []),
    ...(balance > 0 ? [tf.mul(balanceLoss(code), balance)] : []),
    ...(similarity > 0 ? [tf.mul(similarityLoss(targets, code), similarity)] : []),
  ];
  return terms.length > 0 ? (tf.addN(terms) as tf.Scalar) : null;
}

/** Throws UsageError for weights of the terms of a code that the model does not have. */
export function requireCode({ hash }: ModelSpec, weights: CodeLossWeights | undefined): void {
  if (weights && !hash)
    throw new UsageError('loss.code: the model has no hash code; add model.hash, or remove the key.');
}

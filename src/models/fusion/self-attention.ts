/**
 * Multi-head self-attention pooling (Lin et al. 2017): A = softmax(w2 tanh(w1 Xᵀ) + log π), M = A X. X holds the steps of
 * all branches, each projected to `features`; w1 maps them to `attention`, in the paper's form to `features`. The prior π
 * is 1 for every real step, and 1/n for each of a branch's n steps where `balanced`, which the published form lacks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu, tanh } from '../../engine/ops/activations.js';
import type { Sequence } from '../branches/branch.js';
import { glorotUniform } from '../initializers.js';
import { type BatchNorm, batchNorm } from '../layers/batch-norm.js';
import { dense } from '../layers/dense.js';
import { MASKED } from '../layers/pooling.js';
import { dropout, headDropout } from '../layers/training.js';
import type { FusionKind } from './fusion.js';

const options = z.strictObject({
  kind: z.literal('self-attention').describe('One attention over the steps of all branches together.'),
  heads: z.int().positive().default(4).describe('r: rows of the attention matrix.'),
  features: z
    .int()
    .positive()
    .default(128)
    .describe('Size that every branch is projected to, so that steps can stand in one sequence.'),
  attention: z.int().positive().default(64).describe('Hidden size of the attention, the rows of w1.'),
  hidden: z.int().positive().default(128).describe('Size of the joint embedding before the head.'),
  dropout: headDropout,
  norm: z
    .boolean()
    .optional()
    .describe('Whether batch normalisation follows the projections and the hidden layer. Default: false.'),
  balanced: z
    .boolean()
    .default(false)
    .describe(
      'Start every head with equal weight on each branch, however many steps it has; else 100 words outvote 15 spectral steps before training has begun.',
    ),
});

/**
 * Self-attention pooling of x [batch, time, features]: A [batch, heads, time] and M = A x [batch, heads, features]. w1
 * [features, attention] and w2 [attention, heads] are the transposes of the paper's; `logPrior` [batch, time] is added
 * to every head's scores: a large negative number for padding.
 */
export function attentionPool(
  x: tf.Tensor3D,
  w1: tf.Tensor2D,
  w2: tf.Tensor2D,
  logPrior: tf.Tensor2D | null,
): { attention: tf.Tensor3D; pooled: tf.Tensor3D } {
  const [, time, features] = x.shape;
  const rows = tf.reshape(x, [-1, features]) as tf.Tensor2D; // [batch × time, features]
  const scores = tf.matMul(tanh(tf.matMul(rows, w1)), w2); // [batch × time, heads]
  const byHead = tf.transpose(tf.reshape(scores, [-1, time, w2.shape[1]]), [0, 2, 1]); // [batch, heads, time]
  const weighed = logPrior ? tf.add(byHead, tf.expandDims(logPrior, 1)) : byHead;
  const attention = tf.softmax(weighed) as tf.Tensor3D;
  return { attention, pooled: tf.matMul(attention, x) as tf.Tensor3D };
}

export const selfAttention: FusionKind<typeof options> = {
  options,
  build(
    parameters,
    { heads, features, attention: size, hidden, dropout: rate, norm: isNormalised = false, balanced },
    { branches, labels },
  ) {
    const projections = branches.map((branch) =>
      dense(parameters, `fusion/${branch.name}`, branch.features, features, glorotUniform),
    );
    const w1 = parameters.trainable<tf.Tensor2D>('fusion/w1', [features, size], glorotUniform);
    const w2 = parameters.trainable<tf.Tensor2D>('fusion/w2', [size, heads], glorotUniform);
    const joint = dense(parameters, 'fusion/hidden', heads * features, hidden);
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    const normOf = (name: string, channels: number): BatchNorm | null =>
      isNormalised ? batchNorm(parameters, `fusion/${name}_norm`, channels) : null;
    const norms = branches.map(({ name }) => normOf(name, features));
    const hiddenNorm = normOf('hidden', hidden);
    return {
      embedding: hidden,
      forward(sequences, mode) {
        const x = tf.concat(
          sequences.map(({ values, mask }, i) => {
            const projected = projections[i](values);
            return norms[i]?.(projected, mode, mask ? tf.expandDims(mask, 2) : undefined) ?? projected;
          }),
          1,
        ); // [batch, joint time, features]
        const { attention, pooled } = attentionPool(x, w1, w2, jointPrior(sequences, balanced));
        const flat = tf.reshape(pooled, [-1, heads * features]) as tf.Tensor2D;
        const combined = joint(dropout(flat, rate, mode));
        const embedding = elu(hiddenNorm?.(combined, mode) ?? combined); // [batch, hidden]
        return { logits: head(dropout(embedding, rate, mode)), embedding, attention };
      },
    };
  },
};

/**
 * The logarithm of each step's prior weight: nothing for padding, and when balanced, one part in n for each of a
 * branch's n real steps.
 */
function jointPrior(sequences: Sequence[], balanced: boolean): tf.Tensor2D | null {
  if (!balanced && sequences.every(({ mask }) => mask === null)) return null;
  const priors = sequences.map(({ values, mask }) => {
    const [batch, steps] = values.shape;
    const real = mask ?? (tf.ones([batch, steps]) as tf.Tensor2D);
    const padding = tf.mul(tf.sub(1, real), MASKED);
    return balanced ? tf.sub(padding, tf.log(tf.sum(real, 1, true))) : padding;
  });
  return tf.concat(priors, 1) as tf.Tensor2D;
}

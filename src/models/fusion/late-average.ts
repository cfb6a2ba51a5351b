/** A head for each branch and a weighted mean of their probabilities: late fusion, linear weighting. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { constant, glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { maxOverTime, meanOverTime } from '../layers/pooling.js';
import type { FusionKind } from './fusion.js';

const options = z.strictObject({
  kind: z.literal('late-average'),
  weights: z
    .union([z.literal('learned'), z.record(z.string(), z.number().nonnegative())])
    .default('learned')
    .describe('learned, or a weight for each branch by name; they are scaled to a sum of 1.'),
  hidden: z.int().positive().default(128).describe("Size of each branch's embedding before its head."),
  dropout: z.number().min(0).lt(1).default(0.5),
});

export const lateAverage: FusionKind<typeof options> = {
  options,
  build(parameters, { weights, hidden, dropout: rate }, { branches, labels, head }) {
    const heads = branches.map(({ name, features }) => ({
      hidden: dense(parameters, `fusion/${name}/hidden`, 2 * features, hidden),
      output: dense(parameters, `head/${name}`, hidden, labels, glorotUniform),
    }));
    const logWeights = branchLogWeights(
      branches.map(({ name }) => name),
      weights,
      () => parameters.trainable<tf.Tensor1D>('fusion/weights', [branches.length], constant(0)),
    );
    return {
      forward(sequences, mode) {
        const parts = sequences.map(({ values, mask }, i) => {
          const pooled = tf.concat([meanOverTime(values, mask), maxOverTime(values, mask)], 1);
          const embedding = elu(heads[i].hidden(dropout(pooled, rate, mode)));
          return heads[i].output(dropout(embedding, rate, mode)); // [batch, labels]
        });
        return { logits: mixLogits(parts, logWeights(), head), embedding: null, attention: null };
      },
    };
  },
};

function branchLogWeights(
  names: string[],
  weights: 'learned' | Record<string, number>,
  makeLearned: () => tf.Tensor1D,
): () => tf.Tensor1D {
  if (weights === 'learned') {
    const scores = makeLearned();
    return () => tf.logSoftmax(scores);
  }
  const values = names.map((name) => {
    if (!(weights[name] > 0)) throw new Error(`weights gives no positive number for the branch "${name}"`);
    return weights[name];
  });
  const total = values.reduce((sum, value) => sum + value, 0);
  return () => tf.tensor1d(values.map((value) => Math.log(value / total)));
}

/**
 * The logits of a weighted mean of probabilities, without leaving the logarithm: for independent labels
 * log p = logΣ w σ(z) and log(1 - p) = logΣ w σ(-z), whose difference is the logit; for exclusive labels
 * log p = logΣ w softmax(z), which softmax turns into p again.
 *
 * @param parts - each branch's logits, [batch, labels]
 * @param logWeights - logarithms of the weights, [branches]
 * @param head - what the logits mean
 * @returns [batch, labels]
 */
export function mixLogits(
  parts: tf.Tensor2D[],
  logWeights: tf.Tensor1D,
  head: 'sigmoid' | 'softmax',
): tf.Tensor2D {
  const logits = tf.stack(parts); // [branches, batch, labels]
  const shift = tf.reshape(logWeights, [-1, 1, 1]);
  if (head === 'softmax') return tf.logSumExp(tf.add(tf.logSoftmax(logits), shift), 0);
  const present = tf.logSumExp(tf.sub(shift, tf.softplus(tf.neg(logits))), 0);
  const absent = tf.logSumExp(tf.sub(shift, tf.softplus(logits)), 0);
  return tf.sub(present, absent);
}

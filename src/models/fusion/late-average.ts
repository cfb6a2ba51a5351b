/**
 * Late fusion: one head per branch, and a joint score of their scores: their weighted mean (linear weighting), or a
 * layer over all of them (stacking, Wolpert 1992).
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { type HeadName, heads } from '../heads/index.js';
import { constant, glorotUniform, type Initializer } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { pooledSummary } from '../layers/pooling.js';
import { dropout, stopGradient } from '../layers/training.js';
import type { FusionContext, FusionKind } from './fusion.js';

const options = z
  .strictObject({
    kind: z.literal('late-average'),
    weights: z
      .union([z.enum(['equal', 'learned', 'stacked']), z.record(z.string(), z.number().nonnegative())])
      .default('learned')
      .describe(
        'Of the mean of the branches’ probabilities: equal, learned, or a weight for each branch by name, scaled to a sum of 1. stacked: a layer over all their logits instead of a mean.',
      ),
    trained: z
      .enum(['apart', 'together'])
      .default('apart')
      .describe(
        'apart: each branch by a loss of its own, as if it were alone; only the weights learn from the joint score. together: all by the loss of the joint score.',
      ),
    hidden: z.int().positive().default(128).describe("Size of each branch's embedding before its head."),
    dropout: z.number().min(0).lt(1).default(0.5),
  })
  .refine(
    ({ weights, trained }) => weights !== 'stacked' || trained === 'apart',
    'weights "stacked" learn from branches that are trained apart; leave trained out',
  );

type Weights = z.output<typeof options>['weights'];

/** Makes joint logits from the branches' logits, each [batch, labels]. */
type Join = (parts: tf.Tensor2D[]) => tf.Tensor2D;

export const lateAverage: FusionKind<typeof options> = {
  options,
  build(parameters, { weights, trained, hidden, dropout: rate }, context) {
    const own = context.branches.map(({ name, features }) => ({
      hidden: dense(parameters, `fusion/${name}/hidden`, 2 * features, hidden),
      output: dense(parameters, `head/${name}`, hidden, context.labels, glorotUniform),
    }));
    const count = own.length;
    const joins: Record<'mean' | 'stacked', () => Join> = {
      stacked: () => {
        const width = count * context.labels;
        const stack = dense(parameters, 'fusion/stack', width, context.labels, meanOfBranches);
        return (parts) => stack(tf.concat(parts, 1));
      },
      mean: () => {
        const logWeights = branchLogWeights(context, weights, () =>
          parameters.trainable<tf.Tensor1D>('fusion/weights', [count], constant(0)),
        );
        return (parts) => mixLogits(parts, logWeights(), context.head);
      },
    };
    const join = joins[weights === 'stacked' ? 'stacked' : 'mean']();
    return {
      embedding: null,
      forward(sequences, mode) {
        const parts = sequences.map((sequence, i) => {
          const embedding = elu(own[i].hidden(dropout(pooledSummary(sequence), rate, mode)));
          return own[i].output(dropout(embedding, rate, mode)); // [batch, labels]
        });
        const joint = { embedding: null, attention: null };
        if (trained === 'together') return { ...joint, logits: join(parts) };
        return { ...joint, logits: join(parts.map(stopGradient)), branchLogits: parts };
      },
    };
  },
};

/** First values of a stack: each label is the mean of its own logits. */
const meanOfBranches: Initializer = ([inputs, labels]) => {
  const kernel = new Float32Array(inputs * labels);
  for (let row = 0; row < inputs; row++) kernel[row * labels + (row % labels)] = labels / inputs;
  return kernel;
};

function branchLogWeights(
  { branches }: FusionContext,
  weights: Weights,
  makeLearned: () => tf.Tensor1D,
): () => tf.Tensor1D {
  if (weights === 'learned') {
    const scores = makeLearned();
    return () => tf.logSoftmax(scores);
  }
  const values = branches.map(({ name }) => {
    const weight = typeof weights === 'string' ? 1 : weights[name];
    if (!(weight > 0)) throw new Error(`weights gives no positive number for the branch "${name}"`);
    return weight;
  });
  const total = values.reduce((sum, value) => sum + value, 0);
  return () => tf.tensor1d(values.map((value) => Math.log(value / total)));
}

/**
 * The logits [batch, labels] of a weighted mean of probabilities; `parts`: each branch's logits, [batch, labels],
 * `logWeights`: [branches].
 */
export function mixLogits(parts: tf.Tensor2D[], logWeights: tf.Tensor1D, head: HeadName): tf.Tensor2D {
  return heads[head].mix(tf.stack(parts), tf.reshape(logWeights, [-1, 1, 1]));
}

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
import { dropout, headDropout, stopGradient } from '../layers/training.js';
import type { Parameters } from '../parameters.js';
import type { FusionContext, FusionKind, HeldOutWeights } from './fusion.js';
import { type HeldOut, mixtureWeights, stackWeights } from './late-weights.js';

/** Whether the joint score is a layer over the branches' logits. */
const isStacked = (weights: unknown): boolean => weights === 'stacked' || weights === 'joint-stacked';

const options = z
  .strictObject({
    kind: z
      .literal('late-average')
      .describe('Each branch has a head of its own; their predictions are averaged.'),
    weights: z
      .union([
        z.enum(['equal', 'learned', 'joint', 'stacked', 'joint-stacked']),
        z.record(z.string(), z.number().nonnegative()),
      ])
      .default('learned')
      .describe(
        'Of the mean of the branches’ probabilities, or of the numbers that they predict: equal; learned, those with the lowest loss on the validation split, chosen after training; or a weight for each branch by name, scaled to a sum of 1. stacked: a layer over their logits in place of a mean, fitted on the validation split. joint, joint-stacked: trained with the branches, which moves them little.',
      ),
    trained: z
      .enum(['apart', 'together'])
      .default('apart')
      .describe(
        'apart: each branch by its own loss, as if it were alone. together: all by the loss of the joint score.',
      ),
    hidden: z.int().positive().default(128).describe("Size of each branch's embedding before its head."),
    dropout: headDropout,
  })
  .refine(
    ({ weights, trained }) => !isStacked(weights) || trained === 'apart',
    'a stack takes branches that are trained apart; leave trained out',
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
    const join = isStacked(weights)
      ? stackOf(parameters, count, context.labels, weights === 'joint-stacked')
      : meanOf(parameters, weights, context);
    return {
      embedding: null,
      ...(weights === 'learned' && { heldOut: chooseMean(context) }),
      ...(weights === 'stacked' && { heldOut: chooseStack }),
      forward(sequences, mode) {
        const parts = sequences.map((sequence, i) => {
          const embedding = elu(own[i].hidden(dropout(pooledSummary(sequence), rate, mode)));
          return own[i].output(dropout(embedding, rate, mode)); // [batch, labels]
        });
        const joint = { embedding: null, attention: null, parts };
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

/** A layer over all branches' logits; unless it is trained with them, it waits for `chooseStack`. */
function stackOf(parameters: Parameters, count: number, labels: number, isTrained: boolean): Join {
  const width = count * labels;
  if (isTrained) {
    const stack = dense(parameters, 'fusion/stack', width, labels, meanOfBranches);
    return (parts) => stack(tf.concat(parts, 1));
  }
  const kernel = parameters.frozen<tf.Tensor2D>(`${STACK}/kernel`, [width, labels], meanOfBranches);
  const bias = parameters.frozen<tf.Tensor1D>(`${STACK}/bias`, [labels], constant(0));
  return (parts) => tf.add(tf.matMul(tf.concat(parts, 1), kernel), bias) as tf.Tensor2D;
}

const STACK = 'fusion/stack';

/** Fits the layer on held-out logits. */
function chooseStack(outputs: HeldOut): HeldOutWeights {
  const { kernel, bias } = stackWeights(outputs);
  return {
    values: new Map([
      [`${STACK}/kernel`, kernel],
      [`${STACK}/bias`, bias],
    ]),
    note: 'The stack over the branches was fitted on the validation split.',
  };
}

const WEIGHTS = 'fusion/weights';

/** The weighted mean of the branches' scores. */
function meanOf(parameters: Parameters, weights: Weights, { branches, head }: FusionContext): Join {
  if (weights === 'learned' || weights === 'joint') {
    const make = weights === 'joint' ? 'trainable' : 'frozen';
    const scores = parameters[make]<tf.Tensor1D>(WEIGHTS, [branches.length], constant(0));
    return (parts) => mixLogits(parts, tf.logSoftmax(scores), head);
  }
  const values = branches.map(({ name }) => {
    const weight = typeof weights === 'string' ? 1 : weights[name];
    if (!(weight > 0)) throw new Error(`weights has no positive number for the branch "${name}"`);
    return weight;
  });
  const total = values.reduce((sum, value) => sum + value, 0);
  return (parts) => mixLogits(parts, tf.tensor1d(values.map((value) => Math.log(value / total))), head);
}

/** A weight of 0 is stored as this one, whose logarithm is finite. */
const LEAST_WEIGHT = 1e-12;

/** Chooses the mean's weights on held-out logits. */
const chooseMean =
  ({ branches }: FusionContext) =>
  (outputs: HeldOut): HeldOutWeights => {
    const weights = mixtureWeights(outputs);
    const text = branches.map(({ name }, i) => `${name} ${weights[i].toFixed(2)}`).join(', ');
    return {
      values: new Map([
        [WEIGHTS, Float32Array.from(weights, (weight) => Math.log(Math.max(weight, LEAST_WEIGHT)))],
      ]),
      note: `Weights of the late average, chosen on the validation split: ${text}.`,
    };
  };

/**
 * The logits [batch, labels] of a weighted mean of probabilities; `parts`: each branch's logits, [batch, labels],
 * `logWeights`: [branches].
 */
export function mixLogits(parts: tf.Tensor2D[], logWeights: tf.Tensor1D, head: HeadName): tf.Tensor2D {
  return heads[head].mix(tf.stack(parts), tf.reshape(logWeights, [-1, 1, 1]));
}

/**
 * Cross-attention: the steps of each branch attend to those of the other branches by multi-head dot-product attention
 * and add the result to themselves (Tsai et al. 2019, one layer, without positions); then each branch's mean and
 * maximum over time go to a hidden layer together. A single branch is summarised as it is.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import type { Sequence } from '../branches/branch.js';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { dotProductAttention } from '../layers/dot-product-attention.js';
import { pooledSummary } from '../layers/pooling.js';
import { dropout, headDropout } from '../layers/training.js';
import type { FusionKind } from './fusion.js';

const options = z
  .strictObject({
    kind: z.literal('cross-attention').describe('Every branch attends to every other one.'),
    heads: z.int().positive().default(4).describe('Heads of each attention; a divisor of features.'),
    features: z.int().positive().default(128).describe('Size that every branch is projected to.'),
    hidden: z.int().positive().default(128).describe('Size of the joint embedding before the head.'),
    dropout: headDropout,
  })
  .refine(({ heads, features }) => features % heads === 0, 'features must be a multiple of heads');

/** The steps of several branches as one sequence; its mask is null where no step is padding. */
function joined(sequences: readonly Sequence[]): Sequence {
  const values = tf.concat(
    sequences.map((sequence) => sequence.values),
    1,
  );
  if (sequences.every(({ mask }) => mask === null)) return { values, mask: null };
  const masks = sequences.map(
    ({ values: { shape }, mask }) => mask ?? (tf.ones([shape[0], shape[1]]) as tf.Tensor2D),
  );
  return { values, mask: tf.concat(masks, 1) };
}

export const crossAttention: FusionKind<typeof options> = {
  options,
  build(parameters, { heads, features, hidden, dropout: rate }, { branches, labels }) {
    const layer = (name: string, part: string, inputs: number) =>
      dense(parameters, `fusion/${name}/${part}`, inputs, features, glorotUniform);
    const parts = branches.map(({ name, features: inputs }) => ({
      project: layer(name, 'project', inputs),
      ...(branches.length > 1 && {
        asking: {
          query: layer(name, 'query', features),
          key: layer(name, 'key', features),
          value: layer(name, 'value', features),
          output: layer(name, 'output', features),
        },
      }),
    }));
    const joint = dense(parameters, 'fusion/hidden', 2 * features * branches.length, hidden);
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(sequences, mode) {
        const own = sequences.map(
          ({ values, mask }, i): Sequence => ({ values: parts[i].project(values), mask }), // [batch, steps, features]
        );
        const informed = own.map((sequence, i): Sequence => {
          const { asking } = parts[i];
          if (!asking) return sequence;
          const others = joined(own.filter((_, j) => j !== i)); // [batch, other steps, features]
          const read = dotProductAttention(
            asking.query(sequence.values),
            asking.key(others.values),
            asking.value(others.values),
            others.mask,
            heads,
          );
          return { values: tf.add(sequence.values, asking.output(read)), mask: sequence.mask };
        });
        const flat = tf.concat(informed.map(pooledSummary), 1); // [batch, branches × 2 × features]
        const embedding = elu(joint(dropout(flat, rate, mode))); // [batch, hidden]
        return { logits: head(dropout(embedding, rate, mode)), embedding, attention: null };
      },
    };
  },
};

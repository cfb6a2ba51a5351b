/**
 * A recurrent encoder over the joint sequence: the last state of its last layer is the embedding, as the encoder of
 * sequence-to-sequence models (Sutskever et al. 2014) and of hashing networks over feature maps have it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { keysOf } from '../../base/registry.js';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { lastStep, packSteps, recurrentCells } from '../layers/recurrent.js';
import { dropout, headDropout } from '../layers/training.js';
import type { FusionKind } from './fusion.js';

const options = z.strictObject({
  kind: z
    .literal('recurrent')
    .describe('A recurrent network over the steps of all branches; its last state is the embedding.'),
  cell: z
    .enum(keysOf(recurrentCells))
    .default('lstm')
    .describe(
      'simple: one tanh layer with feedback; gru: gated recurrent unit; lstm: long short-term memory.',
    ),
  layers: z
    .int()
    .min(1)
    .max(2)
    .default(2)
    .describe('With 2, the first gives its whole sequence to the second.'),
  hidden: z.int().positive().default(128).describe('Units of each layer, and size of the embedding.'),
  dropout: headDropout,
});

export const recurrent: FusionKind<typeof options> = {
  options,
  build(parameters, { cell, layers, hidden, dropout: rate }, { branches, labels }) {
    const [{ features }] = branches;
    // Branches with steps of other sizes are projected to those of the first.
    const projections = branches.map((branch) =>
      branch.features === features
        ? null
        : dense(parameters, `fusion/${branch.name}`, branch.features, features, glorotUniform),
    );
    const encoder = Array.from({ length: layers }, (_, i) =>
      recurrentCells[cell](parameters, `fusion/${cell}${i + 1}`, i > 0 ? hidden : features, hidden),
    );
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(sequences, mode) {
        const steps = sequences.map(({ values }, i) => projections[i]?.(values) ?? values);
        const isMasked = sequences.some(({ mask }) => mask !== null);
        const masks = sequences.map(({ values, mask }) => mask ?? tf.ones(values.shape.slice(0, 2)));
        const { packed, last } = packSteps({
          values: tf.concat(steps, 1),
          mask: isMasked ? (tf.concat(masks, 1) as tf.Tensor2D) : null,
        }); // [batch, joint time, features]
        let states = tf.transpose(packed, [1, 0, 2]) as tf.Tensor3D; // [time, batch, features]
        for (const [i, layer] of encoder.entries())
          states = layer(i > 0 ? dropout(states, rate, mode) : states); // [time, batch, hidden]
        const embedding = lastStep(states, last); // [batch, hidden]
        return { logits: head(dropout(embedding, rate, mode)), embedding, attention: null };
      },
    };
  },
};

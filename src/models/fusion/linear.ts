/** The mean of each branch over time, side by side, and the output layer on them: a linear probe, and with hidden layers in the branch an MLP. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { meanOverTime } from '../layers/pooling.js';
import { dropout } from '../layers/training.js';
import type { FusionKind } from './fusion.js';

const options = z.strictObject({
  kind: z.literal('linear').describe('Means of the branches over time side by side, without a hidden layer.'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Part of the means that is dropped before the output layer in training.'),
});

export const linear: FusionKind<typeof options> = {
  options,
  build(parameters, { dropout: rate }, { branches, labels }) {
    const width = branches.reduce((sum, { features }) => sum + features, 0);
    const head = dense(parameters, 'head', width, labels, glorotUniform);
    return {
      embedding: width,
      forward(sequences, mode) {
        const embedding = tf.concat(
          sequences.map(({ values, mask }) => meanOverTime(values, mask)),
          1,
        ) as tf.Tensor2D; // [batch, features of all branches]
        return { logits: head(dropout(embedding, rate, mode)), embedding, attention: null };
      },
    };
  },
};

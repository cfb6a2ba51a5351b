/** Concatenation of each branch's mean and maximum over time, before a hidden layer: early fusion. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { pooledSummary } from '../layers/pooling.js';
import { dropout, headDropout } from '../layers/training.js';
import type { FusionKind } from './fusion.js';

const options = z.strictObject({
  kind: z.literal('concat').describe('Summaries of the branches side by side.'),
  hidden: z.int().positive().default(128).describe('Size of the joint embedding before the head.'),
  dropout: headDropout,
});

export const concat: FusionKind<typeof options> = {
  options,
  build(parameters, { hidden, dropout: rate }, { branches, labels }) {
    const width = branches.reduce((sum, { features }) => sum + 2 * features, 0);
    const joint = dense(parameters, 'fusion/hidden', width, hidden);
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(sequences, mode) {
        const flat = tf.concat(sequences.map(pooledSummary), 1); // [batch, 2 × features of all branches]
        const embedding = elu(joint(dropout(flat, rate, mode))); // [batch, hidden]
        return { logits: head(dropout(embedding, rate, mode)), embedding, attention: null };
      },
    };
  },
};

/**
 * Gated fusion: each branch's summary becomes a candidate, and gates that take all branches weigh the candidates
 * feature by feature. The gated multimodal unit of Arevalo et al. (2017) for any number of branches: its z and 1 - z
 * for two are a softmax over the branches. LGFN (2025) weighs mel network, waveform network and text by their
 * reliability in the same way.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { tanh } from '../../engine/ops/activations.js';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { pooledSummary } from '../layers/pooling.js';
import { dropout, headDropout } from '../layers/training.js';
import type { FusionKind } from './fusion.js';

const options = z.strictObject({
  kind: z.literal('gated').describe('A gate weighs a summary of each branch.'),
  hidden: z
    .int()
    .positive()
    .default(128)
    .describe('Size of each candidate, of its gates and of the joint embedding.'),
  dropout: headDropout,
});

/**
 * The sum of candidates, [batch, hidden] each, weighed feature by feature by a softmax over them; `scores` of each
 * candidate's features in turn, [batch, candidates × hidden].
 */
export function gatedSum(candidates: tf.Tensor2D[], scores: tf.Tensor2D): tf.Tensor2D {
  const [, hidden] = candidates[0].shape;
  const byCandidate = tf.reshape(scores, [-1, candidates.length, hidden]);
  // Softmax works on the last dimension.
  const open = tf.softmax(tf.transpose(byCandidate, [0, 2, 1])); // [batch, hidden, candidates]
  return tf.sum(tf.mul(open, tf.stack(candidates, 2)), 2) as tf.Tensor2D;
}

export const gated: FusionKind<typeof options> = {
  options,
  build(parameters, { hidden, dropout: rate }, { branches, labels }) {
    const candidates = branches.map(({ name, features }) =>
      dense(parameters, `fusion/${name}/candidate`, 2 * features, hidden, glorotUniform),
    );
    const width = branches.reduce((sum, { features }) => sum + 2 * features, 0);
    // A single branch needs no gate.
    const gates =
      branches.length > 1
        ? dense(parameters, 'fusion/gates', width, branches.length * hidden, glorotUniform)
        : null;
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(sequences, mode) {
        const summaries = sequences.map((sequence) => dropout(pooledSummary(sequence), rate, mode));
        const proposed = summaries.map((summary, i) => tanh(candidates[i](summary))); // [batch, hidden] each
        const embedding = gates
          ? gatedSum(proposed, gates(tf.concat(summaries, 1)) as tf.Tensor2D)
          : proposed[0]; // [batch, hidden]
        return { logits: head(dropout(embedding, rate, mode)), embedding, attention: null };
      },
    };
  },
};

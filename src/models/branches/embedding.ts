/** Dense layers on each row of a frozen model's embeddings: with one of them, the probe of MARBLE (Yuan et al. 2023). */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { relu } from '../../engine/ops/activations.js';
import { EMBEDDING } from '../../inputs/embedding.js';
import { batchNorm } from '../layers/batch-norm.js';
import { lstmNorm, lstmUnits, withRecurrence } from '../layers/bilstm.js';
import { dense } from '../layers/dense.js';
import { anyNonZero } from '../layers/presence.js';
import { dropout } from '../layers/training.js';
import type { BranchKind } from './branch.js';

const options = z.strictObject({
  hidden: z
    .array(z.int().positive())
    .default([512])
    .describe(
      'Sizes of the dense layers, each followed by ReLU and dropout; empty: the embeddings as they are.',
    ),
  dropout: z.number().min(0).lt(1).default(0.2).describe('Part of each layer that is dropped in training.'),
  norm: z
    .boolean()
    .default(true)
    .describe(
      'Whether batch normalisation comes first, since embeddings of different models differ in scale.',
    ),
  lstm_units: lstmUnits,
  lstm_norm: lstmNorm,
});

export const embedding: BranchKind<typeof options> = {
  options,
  input: EMBEDDING,
  build(parameters, name, options, { length, width }) {
    const { hidden, dropout: rate, norm } = options;
    const inputNorm = norm ? batchNorm(parameters, `${name}/input_norm`, width) : null;
    const layers = hidden.map((size, i) =>
      dense(parameters, `${name}/hidden${i + 1}`, i === 0 ? width : hidden[i - 1], size),
    );
    const recurrence = withRecurrence(parameters, name, hidden.at(-1) ?? width, { ...options, rate });
    return {
      features: recurrence.features,
      stride: 1,
      forward(input, mode) {
        const rows = tf.reshape(input, [-1, width]); // [batch × steps, width]
        // Rows behind the end of a recording are zeros, and count for nothing.
        const mask = tf.reshape(anyNonZero(rows), [-1, length]) as tf.Tensor2D; // [batch, steps]
        let x = tf.reshape(input, [-1, length, width]) as tf.Tensor3D; // [batch, steps, width]
        if (inputNorm) {
          // A batch in which every row is absent has no moments of its own: then all are counted.
          const none = tf.cast(tf.equal(tf.sum(mask), 0), 'float32');
          const counted = tf.reshape(tf.maximum(mask, none), [-1, 1, length, 1]) as tf.Tensor4D;
          const maps = tf.reshape(x, [-1, 1, length, width]) as tf.Tensor4D; // [batch, 1, steps, width]
          x = tf.reshape(inputNorm(maps, mode, counted), [-1, length, width]) as tf.Tensor3D;
        }
        for (const layer of layers) x = dropout(relu(layer(x)), rate, mode); // [batch, steps, hidden]
        return { values: recurrence.apply(x, mode, mask), mask };
      },
      isPresent: (input) => anyNonZero(tf.reshape(input, [-1, length * width])),
    };
  },
};

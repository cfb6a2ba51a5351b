/** Convolutions of several widths over embedded words or characters: TextCNN (Kim 2014). */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { LYRICS } from '../../inputs/lyrics.js';
import { normal } from '../initializers.js';
import { batchNorm } from '../layers/batch-norm.js';
import { lstmNorm, lstmUnits, withRecurrence } from '../layers/bilstm.js';
import { conv1d } from '../layers/conv.js';
import { anyNonZero } from '../layers/presence.js';
import { dropout, hiddenDropout } from '../layers/training.js';
import type { BranchKind } from './branch.js';

/** Id of the padding after the last token. */
export const PADDING_ID = 0;

/** Name of the table of vectors among a model's weights, [vocabulary, embedding]. */
export const embeddingOf = (branch: string): string => `${branch}/embedding`;

const options = z.strictObject({
  embedding: z.int().positive().default(64).describe('Size of a word or character vector.'),
  train_embedding: z
    .boolean()
    .default(true)
    .describe('false: the vectors stay as they are at the start, those of inputs.lyrics.vectors among them.'),
  widths: z
    .array(z.int().positive())
    .min(1)
    .default([3, 4, 5])
    .describe('Widths of the convolutions, in tokens.'),
  filters: z.int().positive().default(64).describe('Channels of each convolution.'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.2)
    .describe('Part of the embedded tokens that is dropped in training.'),
  hidden_dropout: hiddenDropout,
  lstm_units: lstmUnits,
  lstm_norm: lstmNorm,
  packed: z
    .boolean()
    .default(true)
    .describe(
      'Whether the padding behind a text counts for nothing: the BiLSTM begins at the last token, and normalisation takes the moments of tokens alone. Models of earlier versions have no such key, and are read as false.',
    ),
});

export const lyrics: BranchKind<typeof options> = {
  options,
  input: LYRICS,
  build(parameters, name, options, { length, width }) {
    const {
      embedding,
      train_embedding: trained,
      widths,
      filters,
      dropout: rate,
      hidden_dropout: hiddenRate = 0,
      packed,
    } = options;
    const size = [width, embedding];
    const table = trained
      ? parameters.trainable<tf.Tensor2D>(embeddingOf(name), size, normal(0.1))
      : parameters.frozen<tf.Tensor2D>(embeddingOf(name), size, normal(0.1));
    const convolutions = widths.map((size) =>
      conv1d(parameters, `${name}/conv${size}`, size, embedding, filters),
    );
    const features = filters * widths.length;
    const norm = batchNorm(parameters, `${name}/norm`, features);
    const recurrence = withRecurrence(parameters, name, features, { ...options, rate: hiddenRate });
    return {
      features: recurrence.features,
      forward(input, mode) {
        const ids = tf.reshape(input, [-1, length]) as tf.Tensor2D; // [batch, tokens]
        const mask = tf.cast(tf.notEqual(ids, PADDING_ID), 'float32') as tf.Tensor2D;
        const embedded = tf.mul(tf.gather(table, tf.cast(ids, 'int32')), tf.expandDims(mask, 2)); // [batch, tokens, embedding]
        const kept = dropout(embedded, rate, mode);
        const image = tf.reshape(kept, [-1, 1, length, embedding]) as tf.Tensor4D; // [batch, 1, tokens, embedding]
        const maps = tf.concat(
          convolutions.map((convolve) => convolve(image)),
          3,
        ); // [batch, 1, tokens, widths × filters]
        const counted = packed ? tf.reshape(mask, [-1, 1, length, 1]) : undefined;
        const hidden = dropout(elu(norm(maps, mode, counted)), hiddenRate, mode);
        const sequence = tf.reshape(hidden, [-1, length, features]) as tf.Tensor3D; // [batch, tokens, features]
        return { values: recurrence.apply(sequence, mode, packed ? mask : undefined), mask };
      },
      // The first id is the start token, which an instrumental has too.
      isPresent: (input) => anyNonZero(tf.slice(tf.reshape(input, [-1, length]), [0, 1])),
    };
  },
};

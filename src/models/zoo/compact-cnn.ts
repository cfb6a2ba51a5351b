/**
 * The compact CNN of transfer learning for music (Choi, Fazekas, Sandler and Cho 2017), the second published form of
 * FCN-5: five blocks of 32 filters, whose maps together are the features that other tasks take. With 96 bands and 1,360
 * frames (29 s at 12 kHz) and the default options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { glorotUniform } from '../initializers.js';
import { dense } from '../layers/dense.js';
import { bandsFirst, fcnBlocks } from '../layers/fcn-blocks.js';
import type { ZooBody, ZooKind } from './zoo.js';

/** Mel bands and frames of each pooling. */
const POOLINGS = [
  [2, 4],
  [3, 4],
  [2, 5],
  [2, 4],
  [4, 4],
] as const;

const options = z.strictObject({
  kind: z
    .literal('compact-cnn')
    .describe('Compact CNN, or FCN-5 of transfer learning (Choi et al. 2017): five 3×3 convolutions.'),
  channels: z.int().positive().default(32).describe('Channels of each of the five 3×3 convolutions.'),
  poolings: z
    .array(z.tuple([z.int().positive(), z.int().positive()]))
    .length(POOLINGS.length)
    .optional()
    .describe(
      'Mel bands and frames of each of the five poolings; smaller ones let shorter windows in. Default: [[2, 4], [3, 4], [2, 5], [2, 4], [4, 4]], as published.',
    ),
  normalisation: z
    .enum(['batch', 'clip'])
    .default('batch')
    .describe(
      'batch: batch normalisation; clip: each clip by its own mean and deviation, in training and afterwards, as the published weights need.',
    ),
});

export const compactCnn: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels, poolings = POOLINGS, normalisation }, input) {
    const sizes = { channels: POOLINGS.map(() => channels), poolings, normalisation, rate: 0 };
    const blocks = fcnBlocks(parameters, sizes, input);
    const features = POOLINGS.length * channels; // 160
    const maps: ZooBody['maps'] = (values, mode) =>
      // [batch, 48, 340, 32], [16, 85, 32], [8, 17, 32], [4, 4, 32], [1, 1, 32]
      blocks(tf.expandDims(bandsFirst(values, input), 3) as tf.Tensor4D, mode);
    return {
      features,
      steps: 1,
      maps,
      forward(values, mode) {
        const all = maps(values, mode);
        const means = all.slice(0, -1).map((map) => tf.mean(map, [1, 2]));
        const last = tf.max(all.at(-1)!, [1, 2]);
        return tf.reshape(tf.concat([...means, last], 1), [-1, 1, features]); // [batch, 1, 160]
      },
    };
  },
  head(parameters, { channels }, { features }, labels) {
    const head = dense(parameters, 'head', channels, labels, glorotUniform);
    return {
      embedding: features,
      forward(sequence) {
        const embedding = tf.reshape(sequence, [-1, features]) as tf.Tensor2D; // [batch, 160]
        const last = tf.slice(embedding, [0, features - channels], [-1, channels]); // [batch, 32]
        return { logits: head(last), embedding };
      },
    };
  },
};

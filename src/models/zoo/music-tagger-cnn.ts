/**
 * MusicTaggerCNN, the first published form of FCN-5 (Choi, Fazekas and Sandler 2016; code and weights of 2016): five
 * convolutional blocks until one cell is left of the spectrogram. With 96 bands and 1,366 frames (29.12 s at 12 kHz)
 * and the default options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { glorotUniform } from '../initializers.js';
import { batchNorm } from '../layers/batch-norm.js';
import { dense } from '../layers/dense.js';
import { bandsFirst, fcnBlocks } from '../layers/fcn-blocks.js';
import { dropout } from '../layers/training.js';
import type { ZooBody, ZooKind } from './zoo.js';

/** Mel bands and frames of each pooling. */
const POOLINGS = [
  [2, 4],
  [2, 4],
  [2, 4],
  [3, 5],
  [4, 4],
] as const;

const options = z.strictObject({
  kind: z
    .literal('music-tagger-cnn')
    .describe('MusicTaggerCNN, or FCN-5 (Choi et al. 2016): five 3×3 convolutions, pooled to one cell.'),
  channels: z
    .array(z.int().positive())
    .length(POOLINGS.length)
    .default([32, 128, 128, 192, 256])
    .describe('Channels of each of the five 3×3 convolutions.'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('Part of what each block gives that is dropped in training.'),
});

export const musicTaggerCnn: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels, dropout: rate }, input) {
    const frameNorm = batchNorm(parameters, 'input', input.length);
    const blocks = fcnBlocks(
      parameters,
      { channels, poolings: POOLINGS, normalisation: 'batch', rate },
      input,
    );
    const features = channels[channels.length - 1]; // 256
    const maps: ZooBody['maps'] = (values, mode) => {
      // Each frame is a channel of the first normalisation.
      const image = tf.expandDims(frameNorm(bandsFirst(values, input), mode), 3) as tf.Tensor4D; // [batch, 96, 1366, 1]
      return blocks(image, mode); // [48, 341, 32], [24, 85, 128], [12, 21, 128], [4, 4, 192], [1, 1, 256]
    };
    return {
      features,
      steps: 1,
      maps,
      forward(values, mode) {
        const last = maps(values, mode).at(-1)!; // [batch, 1, 1, 256]
        return tf.reshape(tf.max(last, [1, 2]), [-1, 1, features]); // [batch, 1, 256]
      },
    };
  },
  head(parameters, { dropout: rate }, { features }, labels) {
    const head = dense(parameters, 'head', features, labels, glorotUniform);
    return {
      embedding: features,
      forward(sequence, mode) {
        const embedding = tf.reshape(sequence, [-1, features]) as tf.Tensor2D; // [batch, 256]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

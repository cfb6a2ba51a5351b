/**
 * FCN, the fully convolutional tagger (Choi, Fazekas and Sandler 2016, arXiv:1606.00298) in the form of Won, Ferraro,
 * Bogdanov and Serra 2020 (arXiv:2006.00751): five convolutional blocks until one cell is left of the spectrogram. With
 * 96 bands and 1,813 frames (29 s at 16 kHz) and the default options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { torchUniform } from '../initializers.js';
import { TORCH_EPSILON } from '../layers/batch-norm.js';
import { convNorm } from '../layers/conv-norm.js';
import { dense } from '../layers/dense.js';
import { blockMaps, requirePoolings } from '../layers/fcn-blocks.js';
import { inputImage } from '../layers/input-image.js';
import { dropout, headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

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
    .literal('fcn')
    .describe('FCN (Choi et al. 2016, as of Won et al. 2020): five 3×3 convolutions, pooled to one cell.'),
  channels: z
    .array(z.int().positive())
    .length(POOLINGS.length)
    .default([64, 128, 128, 128, 64])
    .describe('Channels of each of the five 3×3 convolutions.'),
  dropout: headDropout,
});

export const fcn: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels }, input) {
    requirePoolings(POOLINGS, input);
    const toImage = inputImage(parameters, 'input', { epsilon: TORCH_EPSILON });
    const blocks = channels.map((outputs, i) =>
      convNorm(parameters, `conv${i + 1}`, {
        size: [3, 3],
        inputs: i > 0 ? channels[i - 1] : 1,
        outputs,
        pool: POOLINGS[i],
      }),
    );
    const features = channels[channels.length - 1]; // 64
    // The image: [batch, 96, 1813, 1]; after each block: [48, 453, 64], [24, 113, 128], [12, 28, 128], [4, 5, 128], [1, 1, 64].
    const maps = blockMaps(input, toImage, blocks);
    return {
      features,
      steps: 1,
      maps,
      forward(values, mode) {
        const last = maps(values, mode).at(-1)!; // [batch, 1, 1, 64]
        return tf.reshape(tf.max(last, [1, 2]), [-1, 1, features]); // [batch, 1, 64]
      },
    };
  },
  head(parameters, { dropout: rate }, { features }, labels) {
    const head = dense(parameters, 'head', features, labels, torchUniform(), torchUniform(features));
    return {
      embedding: features,
      forward(sequence, mode) {
        const embedding = tf.reshape(sequence, [-1, features]) as tf.Tensor2D; // [batch, 64]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

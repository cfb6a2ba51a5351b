/**
 * The VGG-like tagger published with Musicnn: five 3×3 convolutions with pooling over time and frequency (after Choi,
 * Fazekas and Sandler 2016; weights of Pons and Serra 2019). With 96 bands, 187 frames and the default options it is
 * the published network.
 */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { glorotUniform } from '../initializers.js';
import type { ConvInput } from '../layers/conv.js';
import { convBlock } from '../layers/conv-block.js';
import { dense } from '../layers/dense.js';
import { inputImage } from '../layers/input-image.js';
import { dropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

/** Frames and bands of each pooling, and its stride in both. */
const POOLINGS: { size: [number, number]; stride: [number, number] }[] = [
  { size: [4, 1], stride: [2, 2] },
  { size: [2, 2], stride: [2, 2] },
  { size: [2, 2], stride: [2, 2] },
  { size: [2, 2], stride: [2, 2] },
  { size: [4, 4], stride: [4, 4] },
];

const options = z.strictObject({
  kind: z.literal('vgg').describe('VGG (Choi et al. 2016): five 3×3 convolutions.'),
  channels: z.int().positive().default(128).describe('Channels of each of the five 3×3 convolutions.'),
  block_dropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.25)
    .describe('Part of what each of the first four blocks gives that is dropped in training.'),
  dropout: z.number().min(0).lt(1).default(0.5).describe('The same before the output layer.'),
});

/** Steps of a pooling that fit: those that reach beyond the end are left out. */
const pooledLength = (length: number, size: number, stride: number): number =>
  Math.floor((length - size) / stride) + 1;

export const vgg: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels, block_dropout }, { length, width }) {
    const toImage = inputImage(parameters, 'input');
    let [frames, bands] = [length, width];
    const blocks = POOLINGS.map((pool, i) => {
      frames = pooledLength(frames, pool.size[0], pool.stride[0]);
      bands = pooledLength(bands, pool.size[1], pool.stride[1]);
      return convBlock(parameters, `conv${i + 1}`, {
        size: [3, 3],
        inputs: i ? channels : 1,
        outputs: channels,
        padding: 'same',
        pool,
      });
    });
    if (frames < 1 || bands < 1)
      throw new Error(
        `five poolings leave nothing of ${length} frames × ${width} bands; give at least 66 frames and 63 bands`,
      );
    const features = bands * channels; // 1 × 128
    return {
      features,
      steps: frames,
      forward(input, mode) {
        let x: ConvInput = toImage(tf.reshape(input, [-1, length, width, 1]) as tf.Tensor4D, mode); // [batch, 187, 96, 1]
        for (const [i, block] of blocks.entries()) {
          const pooled = block(x, mode); // [batch, 92, 48, 128], [46, 24], [23, 12], [11, 6], [2, 1]
          x = i < blocks.length - 1 ? dropout(pooled, block_dropout, mode) : pooled;
        }
        return tf.reshape(x as tf.Tensor4D, [-1, frames, features]); // [batch, 2, 128]
      },
    };
  },
  head(parameters, { dropout: rate }, { features, steps }, labels) {
    const size = steps * features; // 2 × 128
    const head = dense(parameters, 'head', size, labels, glorotUniform);
    return {
      embedding: size,
      forward(sequence, mode) {
        const embedding = tf.reshape(sequence, [-1, size]) as tf.Tensor2D; // [batch, 256]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

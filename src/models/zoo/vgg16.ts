/**
 * VGG16 on the mel spectrogram: the thirteen 3×3 convolutions of Simonyan and Zisserman 2015 (arXiv:1409.1556, column D)
 * with batch normalisation, as torchvision's `vgg16_bn.features` with one channel in, then the mean over bands and time
 * in place of its dense layers, so that windows of any length fit.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { torchUniform } from '../initializers.js';
import { TORCH_EPSILON } from '../layers/batch-norm.js';
import type { ConvInput } from '../layers/conv.js';
import { convNorm } from '../layers/conv-norm.js';
import { dense } from '../layers/dense.js';
import { blockMaps, requirePoolings } from '../layers/fcn-blocks.js';
import { inputImage } from '../layers/input-image.js';
import { dropout, type ForwardMode, headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

/** Channels of each block as multiples of the option `channels`, and its convolutions. */
const BLOCKS = [
  { width: 1, convolutions: 2 },
  { width: 2, convolutions: 2 },
  { width: 4, convolutions: 3 },
  { width: 8, convolutions: 3 },
  { width: 8, convolutions: 3 },
];
/** Mel bands and frames of each pooling. */
const POOL: [number, number] = [2, 2];

const options = z.strictObject({
  kind: z.literal('vgg16').describe('VGG16 (Simonyan and Zisserman 2015) on mel: thirteen 3×3 convolutions.'),
  channels: z
    .int()
    .positive()
    .default(64)
    .describe('Channels of the first block; the others have 2, 4, 8 and 8 times as many.'),
  dropout: headDropout,
});

export const vgg16: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels }, input) {
    const [, steps] = requirePoolings(
      BLOCKS.map(() => POOL),
      input,
    );
    const toImage = inputImage(parameters, 'input', { epsilon: TORCH_EPSILON });
    let inputs = 1;
    const blocks = BLOCKS.map(({ width, convolutions }, i) =>
      Array.from({ length: convolutions }, (_, j) => {
        const outputs = width * channels;
        const isLast = j === convolutions - 1;
        const layer = convNorm(parameters, `conv${i + 1}_${j + 1}`, {
          ...{ size: [3, 3] as [number, number], inputs, outputs, pool: isLast ? POOL : undefined },
        });
        inputs = outputs;
        return layer;
      }),
    );
    const features = BLOCKS[BLOCKS.length - 1].width * channels; // 512
    // The image: [batch, 128, 231, 1]; after each block: [64, 115, 64], [32, 57, 128], [16, 28, 256], [8, 14, 512], [4, 7, 512].
    const maps = blockMaps(
      input,
      toImage,
      blocks.map(
        ([first, ...others]) =>
          (x: ConvInput, mode: ForwardMode) =>
            others.reduce((y, layer) => layer(y, mode), first(x, mode)),
      ),
    );
    return {
      features,
      steps,
      maps,
      forward: (values, mode) => tf.mean(maps(values, mode).at(-1)!, 1), // [batch, 7, 512]
    };
  },
  head(parameters, { dropout: rate }, { features }, labels) {
    const head = dense(parameters, 'head', features, labels, torchUniform(), torchUniform(features));
    return {
      embedding: features,
      forward(sequence, mode) {
        const embedding = tf.mean(sequence, 1) as tf.Tensor2D; // [batch, 512]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

/**
 * Short-chunk CNN, with and without residual connections (Won, Ferraro, Bogdanov and Serra 2020, arXiv:2006.00751): seven
 * blocks of 3×3 convolutions with small poolings on chunks of 3.69 s. With 128 bands and 231 frames and the default
 * options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { TORCH_EPSILON } from '../layers/batch-norm.js';
import { convNorm } from '../layers/conv-norm.js';
import { blockMaps, requirePoolings } from '../layers/fcn-blocks.js';
import { inputImage } from '../layers/input-image.js';
import { residualBlock } from '../layers/residual.js';
import { taggingHead } from '../layers/tagging-head.js';
import { headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

/** Channels of each block as multiples of the option `channels`. */
const WIDTHS = [1, 1, 2, 2, 2, 2, 4];
/** Mel bands and frames of each pooling, and of each stride of the residual network. */
const POOLINGS = WIDTHS.map((): [number, number] => [2, 2]);

const options = z.strictObject({
  kind: z
    .literal('short-chunk')
    .describe('Short-chunk CNN (Won et al. 2020): seven 3×3 convolutions with 2×2 poolings.'),
  channels: z
    .int()
    .positive()
    .default(128)
    .describe('Channels of the first two blocks; the next four have twice, the last four times as many.'),
  residual: z
    .boolean()
    .default(false)
    .describe(
      'Whether blocks are two convolutions with a residual connection, and strides in place of poolings.',
    ),
  dropout: headDropout,
});

export const shortChunk: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels, residual }, input) {
    requirePoolings(POOLINGS, input);
    const toImage = inputImage(parameters, 'input', { epsilon: TORCH_EPSILON });
    const blocks = WIDTHS.map((width, i) => {
      const sizes = { inputs: i > 0 ? WIDTHS[i - 1] * channels : 1, outputs: width * channels };
      return residual
        ? residualBlock(parameters, `block${i + 1}`, { ...sizes, strides: POOLINGS[i] })
        : convNorm(parameters, `conv${i + 1}`, { size: [3, 3], ...sizes, pool: POOLINGS[i] });
    });
    const features = WIDTHS[WIDTHS.length - 1] * channels; // 512
    // Strides round up what poolings round down.
    const steps = residual ? Math.ceil(input.length / 2 ** 7) : Math.floor(input.length / 2 ** 7); // 2 or 1
    // The image: [batch, 128, 231, 1]; after each block: [64, 115, 128], [32, 57, 128], [16, 28, 256], [8, 14, 256], [4, 7, 256], [2, 3, 256], [1, 1, 512].
    const maps = blockMaps(input, toImage, blocks);
    return {
      features,
      steps,
      maps,
      forward: (values, mode) => tf.max(maps(values, mode).at(-1)!, 1), // [batch, steps, 512]
    };
  },
  head: (parameters, { dropout: rate }, { features }, labels) =>
    taggingHead(parameters, { features, labels, rate }),
};

/**
 * CRNN, convolutions and then a recurrent summary over time (Choi, Fazekas, Sandler and Cho 2017, arXiv:1609.04243) in
 * the form of Won, Ferraro, Bogdanov and Serra 2020 (arXiv:2006.00751). With 96 bands and 1,813 frames (29 s at 16 kHz)
 * and the default options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { gru } from '../../engine/ops/gru.js';
import { MEL } from '../../inputs/mel.js';
import { torchUniform } from '../initializers.js';
import { TORCH_EPSILON } from '../layers/batch-norm.js';
import { convNorm } from '../layers/conv-norm.js';
import { dense } from '../layers/dense.js';
import { blockMaps, mapSteps, requirePoolings } from '../layers/fcn-blocks.js';
import { inputImage } from '../layers/input-image.js';
import { dropout, headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

/** Mel bands and frames of each pooling. */
const POOLINGS = [
  [2, 2],
  [3, 3],
  [4, 4],
  [4, 4],
] as const;

const options = z.strictObject({
  kind: z
    .literal('crnn')
    .describe('CRNN (Choi et al. 2017, as of Won et al. 2020): four 3×3 convolutions, then two GRU layers.'),
  channels: z
    .array(z.int().positive())
    .length(POOLINGS.length)
    .default([64, 128, 128, 128])
    .describe('Channels of each of the four 3×3 convolutions.'),
  hidden: z.int().positive().default(32).describe('Units of each GRU layer, and size of the embedding.'),
  dropout: headDropout,
});

export const crnn: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels }, input) {
    const [rows, steps] = requirePoolings(POOLINGS, input); // 1 band, 18 steps
    const toImage = inputImage(parameters, 'input', { epsilon: TORCH_EPSILON });
    const blocks = channels.map((outputs, i) =>
      convNorm(parameters, `conv${i + 1}`, {
        size: [3, 3],
        inputs: i > 0 ? channels[i - 1] : 1,
        outputs,
        pool: POOLINGS[i],
      }),
    );
    const features = rows * channels[channels.length - 1]; // 128
    // The image: [batch, 96, 1813, 1]; after each block: [48, 906, 64], [16, 302, 128], [4, 75, 128], [1, 18, 128].
    const maps = blockMaps(input, toImage, blocks);
    return {
      features,
      steps,
      maps,
      forward: (values, mode) => mapSteps(maps(values, mode).at(-1)!), // [batch, 18, 128]
    };
  },
  head(parameters, { hidden, dropout: rate }, { features, steps }, labels) {
    const uniform = torchUniform(hidden);
    const layers = [features, hidden].map((inputs, i) => ({
      kernel: parameters.trainable<tf.Tensor2D>(`gru${i + 1}/kernel`, [inputs, 3 * hidden], uniform),
      recurrent: parameters.trainable<tf.Tensor2D>(`gru${i + 1}/recurrent`, [hidden, 3 * hidden], uniform),
      biases: parameters.trainable<tf.Tensor2D>(`gru${i + 1}/bias`, [2, 3 * hidden], uniform),
    }));
    const head = dense(parameters, 'head', hidden, labels, torchUniform(), torchUniform(hidden));
    return {
      embedding: hidden,
      forward(sequence, mode) {
        let states = tf.transpose(sequence, [1, 0, 2]) as tf.Tensor3D; // [18, batch, 128]
        for (const { kernel, recurrent, biases } of layers) states = gru(states, kernel, recurrent, biases); // [18, batch, 32]
        const last = tf.slice(states, [steps - 1, 0, 0], [1, -1, -1]);
        const embedding = tf.reshape(last, [-1, hidden]) as tf.Tensor2D; // [batch, 32]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

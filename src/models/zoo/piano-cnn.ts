/**
 * The network of Vavilov's thesis "Music Recognition Using Convolutional Neural Networks", piano or other, on one-second
 * clips at 16 kHz: the mel spectrogram is computed inside the network, and may learn; then Conv2D, ReLU, MaxPool and
 * BatchNorm, and two dense layers with dropout between. The thesis names the layers and not their sizes; these are ours.
 * Without convolutions (`channels: []`) it is the thesis's baseline.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { relu } from '../../engine/ops/activations.js';
import { biasAdd } from '../../engine/ops/bias-add.js';
import { sumPool } from '../../engine/ops/sum-pool.js';
import { powerOfTwo } from '../../inputs/kind.js';
import { WAVEFORM } from '../../inputs/waveform.js';
import { constant, glorotUniform } from '../initializers.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { melLayer } from '../layers/mel-layer.js';
import { dropout, headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

const options = z.strictObject({
  kind: z
    .literal('piano-cnn')
    .describe('CNN of samples with the mel spectrogram inside (Vavilov’s thesis): piano or other.'),
  n_fft: powerOfTwo.default(512).describe('Samples per frame of the transform, a power of two.'),
  hop_length: z.int().positive().default(256).describe('Samples from one frame to the next.'),
  bands: z.int().positive().default(96).describe('Number of mel bands.'),
  power: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe('Exponent of the magnitudes before the bands: 1 or 2.'),
  trainable: z
    .enum(['none', 'filters', 'all'])
    .default('none')
    .describe('What of the spectrogram learns: nothing, the mel filters, or the Fourier transform too.'),
  channels: z
    .array(z.int().positive())
    .default([16, 32, 64, 64])
    .describe('Channels of each 3×3 convolution; none for the baseline without convolutions.'),
  hidden: z.int().positive().default(64).describe('Size of the embedding before the output layer.'),
  dropout: headDropout,
});

export const pianoCnn: ZooKind<typeof options> = {
  options,
  input: WAVEFORM,
  body(parameters, { channels, ...sizes }, { length, sampleRate }) {
    if (sampleRate === undefined) throw new Error('the input’s sample rate is not known');
    const mel = melLayer(parameters, 'front', sizes, { samples: length, sampleRate });
    const inputNorm = batchNorm(parameters, 'input', 1);
    const [steps, rows] = [mel.frames, sizes.bands].map((n) => Math.floor(n / 2 ** channels.length));
    if (steps < 1 || rows < 1)
      throw new Error(
        `${channels.length} poolings leave nothing of ${mel.frames} frames × ${sizes.bands} bands; give fewer channels or a longer chunk`,
      );
    const blocks = channels.map((outputs, i) => {
      const name = `conv${i + 1}`;
      const convolve = conv2d(parameters, name, [3, 3], i ? channels[i - 1] : 1, outputs);
      const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [outputs], constant(0));
      return { convolve, bias, norm: batchNorm(parameters, `${name}/norm`, outputs) };
    });
    const features = rows * (channels.at(-1) ?? 1);
    return {
      features,
      steps,
      forward(samples, mode) {
        let x = inputNorm(tf.expandDims(mel.forward(samples), 3) as tf.Tensor4D, mode); // [batch, 62, 96, 1]
        for (const { convolve, bias, norm } of blocks) {
          // Pooling before the activation is the same mathematics, as ReLU is monotonic, with less work.
          x = norm(sumPool(biasAdd(convolve(x), bias) as tf.Tensor4D, { pool: [2, 2], relu: true }), mode); // [batch, 31, 48, 16], [15, 24, 32], [7, 12, 64], [3, 6, 64]
        }
        return tf.reshape(x, [-1, steps, features]); // [batch, 3, 384]
      },
    };
  },
  head(parameters, { hidden, dropout: rate }, { features, steps }, labels) {
    const toHidden = dense(parameters, 'hidden', steps * features, hidden);
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(sequence, mode) {
        const embedding = relu(toHidden(tf.reshape(sequence, [-1, steps * features]) as tf.Tensor2D)); // [batch, 64]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

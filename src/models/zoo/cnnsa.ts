/**
 * CNNSA, the self-attention tagger (Won, Chun and Serra 2019, arXiv:1906.04972; in the form of Won et al. 2020): residual
 * convolutions on the mel spectrogram, then a transformer encoder over time whose first step is read. With 128 bands and
 * 938 frames (15 s at 16 kHz) and the default options it is the published network.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { tanh } from '../../engine/ops/activations.js';
import { MEL } from '../../inputs/mel.js';
import { type Initializer, torchUniform } from '../initializers.js';
import { TORCH_EPSILON } from '../layers/batch-norm.js';
import { dense } from '../layers/dense.js';
import { blockMaps, requirePoolings } from '../layers/fcn-blocks.js';
import { inputImage } from '../layers/input-image.js';
import { residualBlock } from '../layers/residual.js';
import { dropout, headDropout } from '../layers/training.js';
import { transformerEncoder } from '../layers/transformer-encoder.js';
import type { ZooKind } from './zoo.js';

/** Each block: its channels as a multiple of the option, and its strides over bands and frames. */
const BLOCKS: { width: number; strides: [number, number] }[] = [
  { width: 1, strides: [2, 2] },
  { width: 1, strides: [2, 2] },
  { width: 2, strides: [2, 2] },
  { width: 2, strides: [2, 1] },
  { width: 2, strides: [2, 1] },
  { width: 2, strides: [2, 1] },
  { width: 2, strides: [2, 1] },
];

const rate = (value: number, what: string) =>
  z.number().min(0).lt(1).default(value).describe(`Part of ${what} that is dropped in training.`);

const options = z
  .strictObject({
    kind: z
      .literal('cnnsa')
      .describe(
        'Self-attention tagger (Won et al. 2019): residual convolutions, then a transformer encoder.',
      ),
    channels: z
      .int()
      .positive()
      .default(128)
      .describe('Channels of the first two blocks; the other five, and the encoder, have twice as many.'),
    layers: z.int().positive().default(2).describe('Layers of the encoder.'),
    heads: z
      .int()
      .positive()
      .default(8)
      .describe('Attention heads of each layer; divides twice the channels.'),
    hidden: z.int().positive().default(1024).describe('Units between the two dense layers of each layer.'),
    attention_dropout: rate(0.5, 'the attention’s weights'),
    hidden_dropout: rate(0.4, 'what each half of a layer gives'),
    dropout: headDropout,
  })
  .refine(({ channels, heads }) => (2 * channels) % heads === 0, {
    path: ['heads'],
    message: 'must divide twice the channels',
  });

/** Uniform from 0 to 1, as the first step of every sequence was drawn once. */
const unit: Initializer = ([length], random) => Float32Array.from({ length }, () => random.uniform());

export const cnnsa: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels }, input) {
    requirePoolings(
      BLOCKS.map(({ strides }) => strides),
      input,
    );
    const toImage = inputImage(parameters, 'input', { epsilon: TORCH_EPSILON });
    const blocks = BLOCKS.map(({ width, strides }, i) =>
      residualBlock(parameters, `block${i + 1}`, {
        inputs: i > 0 ? BLOCKS[i - 1].width * channels : 1,
        outputs: width * channels,
        strides,
      }),
    );
    const features = BLOCKS[BLOCKS.length - 1].width * channels; // 256
    const steps = Math.ceil(input.length / 8); // 118
    // The image: [batch, 128, 938, 1]; after each block: [64, 469, 128], [32, 235, 128], [16, 118, 256], [8, 118, 256], [4, …], [2, …], [1, 118, 256].
    const maps = blockMaps(input, toImage, blocks);
    return {
      features,
      steps,
      maps,
      forward: (values, mode) => tf.max(maps(values, mode).at(-1)!, 1), // [batch, 118, 256]
    };
  },
  head(
    parameters,
    {
      layers,
      heads,
      hidden,
      attention_dropout: attentionDropout,
      hidden_dropout: hiddenRate,
      dropout: headRate,
    },
    { features },
    labels,
  ) {
    const first = parameters.frozen<tf.Tensor1D>('first_step', [features], unit);
    const encode = transformerEncoder(parameters, 'encoder', {
      ...{ layers, features, heads, hidden, attentionDropout, dropout: hiddenRate },
    });
    const uniform = torchUniform(features);
    const pool = dense(parameters, 'pool', features, features, torchUniform(), uniform);
    const head = dense(parameters, 'head', features, labels, torchUniform(), uniform);
    return {
      embedding: features,
      forward(sequence, mode) {
        const [batch] = sequence.shape;
        const begin = tf.tile(tf.reshape(first, [1, 1, features]), [batch, 1, 1]) as tf.Tensor3D;
        const encoded = encode(tf.concat([begin, sequence], 1), mode); // [batch, 119, 256]
        const read = tf.reshape(tf.slice(encoded, [0, 0, 0], [-1, 1, -1]), [batch, features]) as tf.Tensor2D;
        const embedding = tanh(pool(read)); // [batch, 256]
        return { logits: head(dropout(embedding, headRate, mode)), embedding };
      },
    };
  },
};

/**
 * The CRNN of artist classification (Nasrullah and Zhao 2019, after Choi, Fazekas, Sandler and Cho 2017): four
 * convolutional blocks that leave one band, and two GRU layers over what is left of time. With 128 bands in decibels,
 * frames of 32 ms and the default options it is the published network, except that the GRU is PyTorch's form of it, with
 * a bias of its own for the state, where the authors' Keras had the older one.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { biasAdd } from '../../engine/ops/bias-add.js';
import { conv2d } from '../../engine/ops/conv.js';
import { sumPool } from '../../engine/ops/sum-pool.js';
import { MEL } from '../../inputs/mel.js';
import { constant, glorotUniform } from '../initializers.js';
import { batchNorm } from '../layers/batch-norm.js';
import { dense } from '../layers/dense.js';
import { bandsFirst, mapSteps, requirePoolings } from '../layers/fcn-blocks.js';
import { recurrentCells } from '../layers/recurrent.js';
import { dropout, type ForwardMode } from '../layers/training.js';
import type { Parameters } from '../parameters.js';
import type { ZooBody, ZooKind } from './zoo.js';

/** Mel bands and frames of each pooling. */
const POOLINGS = [
  [2, 2],
  [4, 2],
  [4, 2],
  [4, 2],
] as const;

const rate = (value: number, what: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(0).lt(1).default(value).describe(`Part of what ${what} that is dropped in training.`);

const options = z.strictObject({
  kind: z
    .literal('crnn-artist')
    .describe(
      'CRNN of artist classification (Nasrullah and Zhao 2019): four 3×3 convolutions, two GRU layers.',
    ),
  channels: z
    .array(z.int().positive())
    .length(POOLINGS.length)
    .default([64, 128, 128, 128])
    .describe('Channels of each of the four 3×3 convolutions.'),
  pooling: z
    .enum(['max', 'strides'])
    .default('max')
    .describe(
      'max: maximum over 2×2, then three times 4×2 bands and frames; strides: the convolutions step so far.',
    ),
  extra_layers: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      'Further 3×3 convolutions after the four, of as many channels as the last and without pooling.',
    ),
  hidden: z.int().positive().default(32).describe('Units of each GRU layer, and size of the embedding.'),
  block_dropout: rate(0.1, 'each convolutional block gives'),
  dropout: rate(0.3, 'the last GRU layer gives'),
});

type Stride = readonly [number, number];

/**
 * A 3×3 convolution with a bias, ELU, and batch normalisation after the activation, as published; then pooling, or a
 * stride of the same size before. Weights: `name/kernel` [3, 3, inputs, outputs], `name/bias` [outputs], `name/norm` as
 * of `batchNorm`.
 */
function block(
  parameters: Parameters,
  name: string,
  inputs: number,
  outputs: number,
  { pool, stride }: { pool: Stride; stride: Stride },
): (x: tf.Tensor4D, mode: ForwardMode) => tf.Tensor4D {
  const kernel = parameters.trainable<tf.Tensor4D>(`${name}/kernel`, [3, 3, inputs, outputs], glorotUniform);
  const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [outputs], constant(0));
  const norm = batchNorm(parameters, `${name}/norm`, outputs);
  const convolve = (x: tf.Tensor4D): tf.Tensor4D => conv2d(x, kernel, 'same', [...stride]);
  return (x, mode) => {
    const y = elu(biasAdd(convolve(x), bias));
    if (mode.training && !norm.isFrozen())
      return norm.pooled(y, { pooling: { size: [...pool], stride: [...pool] } });
    return sumPool(norm(y, mode), { pool });
  };
}

const ONE: Stride = [1, 1];

export const crnnArtist: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { channels, pooling, extra_layers, block_dropout }, input) {
    const { length: frames, width: bands } = input;
    requirePoolings(POOLINGS, input);
    const inputNorm = batchNorm(parameters, 'input', bands);
    const last = channels[channels.length - 1];
    const left = (size: number, axis: 0 | 1): number =>
      POOLINGS.reduce(
        (rest, pool) => (pooling === 'max' ? Math.floor(rest / pool[axis]) : Math.ceil(rest / pool[axis])),
        size,
      );
    const blocks = [
      ...channels.map((outputs, i) =>
        block(parameters, `conv${i + 1}`, i > 0 ? channels[i - 1] : 1, outputs, {
          pool: pooling === 'max' ? POOLINGS[i] : ONE,
          stride: pooling === 'strides' ? POOLINGS[i] : ONE,
        }),
      ),
      ...Array.from({ length: extra_layers }, (_, i) =>
        block(parameters, `extra${i + 1}`, last, last, { pool: ONE, stride: ONE }),
      ),
    ];
    const [rows, steps] = [left(bands, 0), left(frames, 1)]; // 1 band; 5 of the 94 frames of 3 s
    const features = rows * last; // 128
    const maps: NonNullable<ZooBody['maps']> = (values, mode) => {
      // Each band is a channel of the first normalisation.
      const normal = inputNorm(tf.reshape(values, [-1, frames, bands]), mode);
      let x = tf.expandDims(bandsFirst(normal, input), 3) as tf.Tensor4D; // [batch, 128, frames, 1]
      return blocks.map((one) => {
        x = dropout(one(x, mode), block_dropout, mode); // [64, frames/2, 64], [16, /4, 128], [4, /8, 128], [1, /16, 128]
        return x;
      });
    };
    return {
      features,
      steps,
      maps,
      forward: (values, mode) => mapSteps(maps(values, mode).at(-1)!), // [batch, steps, 128]
    };
  },
  head(parameters, { hidden, dropout: headRate }, { features }, labels) {
    const layers = [features, hidden].map((inputs, i) =>
      recurrentCells.gru(parameters, `gru${i + 1}`, inputs, hidden),
    );
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(sequence, mode) {
        let states = tf.transpose(sequence, [1, 0, 2]) as tf.Tensor3D; // [steps, batch, 128]
        for (const layer of layers) states = layer(states); // [steps, batch, 32]
        const [steps, batch] = states.shape;
        const embedding = tf.reshape(tf.slice(states, [steps - 1, 0, 0], [1, -1, -1]), [
          batch,
          hidden,
        ]) as tf.Tensor2D;
        return { logits: head(dropout(embedding, headRate, mode)), embedding };
      },
    };
  },
};

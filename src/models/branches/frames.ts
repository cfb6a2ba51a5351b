/** 1D convolutions over the frames of any feature, its values as channels, which need no neighbourhood. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { batchNorm } from '../layers/batch-norm.js';
import { lstmNorm, lstmUnits, stepFeatures, timePooling, withRecurrence } from '../layers/bilstm.js';
import { conv1d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { normPool } from '../layers/norm-pool.js';
import { anyNonZero } from '../layers/presence.js';
import { dropout, hiddenDropout } from '../layers/training.js';
import type { BranchKind } from './branch.js';

/** Frames that a convolution spans. */
const WIDTH = 3;

const options = z.strictObject({
  channels: z
    .array(z.int().positive())
    .min(1)
    .default([64, 64, 128])
    .describe(
      'Channels of each width-3 convolution over time; each is followed by batch normalisation, 2-to-1 max-pooling and ELU.',
    ),
  features: stepFeatures,
  dropout: hiddenDropout,
  lstm_units: lstmUnits,
  lstm_norm: lstmNorm,
  time_pooling: timePooling,
});

export const frames: BranchKind<typeof options> = {
  options,
  input: 'chroma',
  build(parameters, name, options, { length, width }) {
    const { channels, features, dropout: rate = 0, time_pooling: pools = true } = options;
    if (pools && length < 2 ** channels.length)
      throw new Error(
        `${channels.length} poolings leave nothing of ${length} frames; give fewer channels or a longer chunk`,
      );
    const inputNorm = batchNorm(parameters, `${name}/input_norm`, width);
    const blocks = channels.map((outputs, i) =>
      normPool(
        conv1d(parameters, `${name}/conv${i + 1}`, WIDTH, i ? channels[i - 1] : width, outputs),
        batchNorm(parameters, `${name}/norm${i + 1}`, outputs),
        { pooling: pools ? { size: [1, 2], stride: [1, 2] } : undefined },
      ),
    );
    const last = channels[channels.length - 1];
    const project = dense(parameters, `${name}/project`, last, features);
    const projectNorm = batchNorm(parameters, `${name}/project_norm`, features);
    const recurrence = withRecurrence(parameters, name, features, { ...options, rate });
    return {
      features: recurrence.features,
      stride: pools ? 2 ** channels.length : 1,
      forward(input, mode) {
        let x = inputNorm(tf.reshape(input, [-1, 1, length, width]) as tf.Tensor4D, mode); // [batch, 1, frames, width]
        for (const convolve of blocks) x = dropout(elu(convolve(x, mode)), rate, mode); // [batch, 1, frames/2, channels]
        const sequence = tf.reshape(x, [-1, x.shape[2], last]) as tf.Tensor3D; // [batch, steps, channels]
        const projected = dropout(elu(projectNorm(project(sequence), mode)), rate, mode); // [batch, steps, features]
        return { values: recurrence.apply(projected, mode), mask: null };
      },
      isPresent: (input) => anyNonZero(tf.reshape(input, [-1, length * width])),
    };
  },
};

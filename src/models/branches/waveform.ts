/** 1D convolutions on the raw waveform, sample-level (Lee, Park, Kim and Nam 2017). */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { WAVEFORM } from '../../inputs/waveform.js';
import { batchNorm } from '../layers/batch-norm.js';
import { lstmNorm, lstmUnits, stepFeatures, withRecurrence } from '../layers/bilstm.js';
import { conv1d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { normPool } from '../layers/norm-pool.js';
import { anyNonZero } from '../layers/presence.js';
import { dropout, hiddenDropout } from '../layers/training.js';
import type { BranchKind } from './branch.js';

/** Stride and width of the front end's filters, and of every pooling, in steps. */
const STRIDE = 3;

const options = z.strictObject({
  channels: z
    .array(z.int().positive())
    .min(2)
    .default([32, 32, 64, 64, 128, 128])
    .describe(
      'Channels of the stride-3 front end, then of each width-3 convolution; each of those is followed by batch normalisation, 3-to-1 max-pooling and ELU.',
    ),
  features: stepFeatures,
  dropout: hiddenDropout,
  lstm_units: lstmUnits,
  lstm_norm: lstmNorm,
});

export const waveform: BranchKind<typeof options> = {
  options,
  input: WAVEFORM,
  build(parameters, name, options, { length }) {
    const { channels, features, dropout: rate = 0 } = options;
    const steps = Math.floor(length / STRIDE ** channels.length);
    if (steps < 1) {
      throw new Error(
        `${channels.length - 1} poolings leave nothing of ${length} samples; give fewer channels or a longer chunk`,
      );
    }
    const front = dense(parameters, `${name}/front`, STRIDE, channels[0]);
    const frontNorm = batchNorm(parameters, `${name}/front_norm`, channels[0]);
    const blocks = channels
      .slice(1)
      .map((outputs, i) =>
        normPool(
          conv1d(parameters, `${name}/conv${i + 1}`, 3, channels[i], outputs),
          batchNorm(parameters, `${name}/norm${i + 1}`, outputs),
          { pooling: { size: [1, STRIDE], stride: [1, STRIDE] } },
        ),
      );
    const last = channels[channels.length - 1];
    const project = dense(parameters, `${name}/project`, last, features);
    const projectNorm = batchNorm(parameters, `${name}/project_norm`, features);
    const recurrence = withRecurrence(parameters, name, features, { ...options, rate });
    const frames = Math.floor(length / STRIDE);
    return {
      features: recurrence.features,
      stride: STRIDE ** channels.length,
      forward(input, mode) {
        // A convolution whose width equals its stride is one product over side-by-side frames.
        const whole = tf.slice(tf.reshape(input, [-1, length]), [0, 0], [-1, frames * STRIDE]);
        const framed = tf.reshape(whole, [-1, 1, frames, STRIDE]) as tf.Tensor4D; // [batch, 1, samples/3, 3]
        let x = dropout(elu(frontNorm(front(framed), mode)), rate, mode); // [batch, 1, samples/3, channels]
        for (const convolve of blocks) x = dropout(elu(convolve(x, mode)), rate, mode); // [batch, 1, time/3, channels]
        const sequence = tf.reshape(x, [-1, x.shape[2], last]) as tf.Tensor3D; // [batch, steps, channels]
        const projected = dropout(elu(projectNorm(project(sequence), mode)), rate, mode); // [batch, steps, features]
        return { values: recurrence.apply(projected, mode), mask: null };
      },
      isPresent: (input) => anyNonZero(tf.reshape(input, [-1, length])),
    };
  },
};

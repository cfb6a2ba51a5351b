/** 2D convolutions on the log-mel spectrogram, in the manner of VGG (Simonyan and Zisserman 2015). */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { meanOverSegments } from '../layers/segment-pooling.js';
import type { BranchKind } from './branch.js';
import { lstmUnits, withRecurrence } from './recurrence.js';

const options = z.strictObject({
  channels: z
    .array(z.int().positive())
    .min(1)
    .default([32, 64, 128, 128])
    .describe(
      'Channels of each 3×3 convolution; each is followed by batch normalisation, 2×2 max-pooling and ELU.',
    ),
  features: z
    .int()
    .positive()
    .default(128)
    .describe('Size of each step of the sequence that the branch gives.'),
  lstm_units: lstmUnits,
  segmentation: z
    .enum(['fixed', 'adaptive'])
    .default('fixed')
    .describe(
      'fixed: the sequence has a step every 2^poolings frames; adaptive: its means over segments of consistent sound, as long as the sound stays as it is.',
    ),
  max_segments: z
    .int()
    .positive()
    .default(32)
    .describe('Most adaptive segments of a chunk; where there are more, those that differ least are joined.'),
});

export const mel: BranchKind<typeof options> = {
  options,
  build(parameters, name, { channels, features, lstm_units, segmentation }, { length, width }) {
    const shrink = 2 ** channels.length;
    const steps = Math.floor(length / shrink);
    const rows = Math.floor(width / shrink);
    if (steps < 1 || rows < 1) {
      throw new Error(
        `${channels.length} poolings leave nothing of ${length} frames × ${width} bands; give fewer channels or a longer chunk`,
      );
    }
    const inputNorm = batchNorm(parameters, `${name}/input`, 1);
    const blocks = channels.map((outputs, i) => ({
      conv: conv2d(parameters, `${name}/conv${i + 1}`, [3, 3], i ? channels[i - 1] : 1, outputs),
      norm: batchNorm(parameters, `${name}/norm${i + 1}`, outputs),
    }));
    const last = channels[channels.length - 1];
    const project = dense(parameters, `${name}/project`, 2 * last, features);
    const projectNorm = batchNorm(parameters, `${name}/project_norm`, features);
    const recurrence = withRecurrence(parameters, `${name}/bilstm`, features, lstm_units);
    return {
      features: recurrence.features,
      forward(input, mode, segments) {
        let x = inputNorm(tf.reshape(input, [-1, length, width, 1]) as tf.Tensor4D, mode); // [batch, frames, bands, 1]
        for (const { conv, norm } of blocks) {
          // Pooling before the activation is the same mathematics (ELU is monotonic) at a quarter of the work.
          x = elu(tf.maxPool(norm(conv(x), mode), 2, 2, 'valid')); // [batch, frames/2, bands/2, channels]
        }
        // Mean and maximum over frequency: a timbre is the same at every pitch.
        const sequence = tf.concat([tf.mean(x, 2), tf.max(x, 2)], 2) as tf.Tensor3D; // [batch, steps, 2 × channels]
        const projected = elu(projectNorm(project(sequence), mode)); // [batch, steps, features]
        const stepwise = recurrence.apply(projected);
        if (segmentation === 'fixed') return { values: stepwise, mask: null };
        if (!segments) throw new Error(`${name}: adaptive segmentation needs the segments of the batch`);
        return meanOverSegments(stepwise, segments, shrink); // [batch, segments, features]
      },
    };
  },
};

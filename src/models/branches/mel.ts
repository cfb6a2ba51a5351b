/** 2D convolutions on the log-mel spectrogram, in the manner of VGG (Simonyan and Zisserman 2015). */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { elu } from '../../engine/ops/activations.js';
import { chunkSegments, SEGMENT_LEVELS, segmentCount } from '../../features/segments/chunk-segments.js';
import { MEL } from '../../inputs/mel.js';
import { batchNorm } from '../layers/batch-norm.js';
import { lstmNorm, lstmUnits, stepFeatures, timePooling, withRecurrence } from '../layers/bilstm.js';
import { type ConvInput, conv2d } from '../layers/conv.js';
import { dense } from '../layers/dense.js';
import { inputImage } from '../layers/input-image.js';
import { normPool } from '../layers/norm-pool.js';
import { anyNonZero } from '../layers/presence.js';
import { meanOverSegments } from '../layers/segment-pooling.js';
import { dropout, hiddenDropout } from '../layers/training.js';
import type { BranchKind } from './branch.js';

const options = z.strictObject({
  channels: z
    .array(z.int().positive())
    .min(1)
    .default([32, 64, 128, 128])
    .describe(
      'Channels of each 3×3 convolution; each is followed by batch normalisation, 2×2 max-pooling and ELU.',
    ),
  convolutions: z
    .array(z.int().positive())
    .optional()
    .describe(
      'Convolutions before each pooling, as many numbers as channels; one each when left out. VGG16 is channels [64, 128, 256, 512, 512] with convolutions [2, 2, 3, 3, 3].',
    ),
  features: stepFeatures,
  dropout: hiddenDropout,
  lstm_units: lstmUnits,
  lstm_norm: lstmNorm,
  segmentation: z
    .enum(['fixed', 'adaptive'])
    .default('fixed')
    .describe(
      'fixed: the sequence has one step per 2^poolings frames; adaptive: its means over segments of consistent sound.',
    ),
  max_segments: z
    .int()
    .positive()
    .default(32)
    .describe('Most adaptive segments of a level; where there are more, those that differ least are joined.'),
  segment_levels: z
    .enum(SEGMENT_LEVELS)
    .optional()
    .describe(
      'Levels of adaptive segments: finest, about notes; all: notes, then phrases, then scenes in one sequence, so that the fusion attends over every level. Default: finest.',
    ),
  time_pooling: timePooling,
  bands: z
    .enum(['pooled', 'kept'])
    .optional()
    .describe(
      'What a step keeps of the bands that the poolings leave. pooled: mean and maximum, because a timbre is the same at every pitch; kept: all of them, where the pitch matters. Default: pooled.',
    ),
});

export const mel: BranchKind<typeof options> = {
  options,
  input: MEL,
  segmenter(options, { length: frames, width: bands }, grid) {
    const { segmentation, max_segments: maxSegments, segment_levels: levels } = options;
    if (segmentation !== 'adaptive') return null;
    // Of the very window that the model takes, so that they are the same wherever the model runs.
    const segments = (values: Float32Array): Float32Array =>
      chunkSegments({ values, frames, bands }, { ...grid, maxSegments, levels });
    return { count: segmentCount({ maxSegments, levels }), segments };
  },
  build(parameters, name, options, { length, width }) {
    const { channels, convolutions, features, dropout: rate = 0, segmentation } = options;
    const { time_pooling: pools = true, bands = 'pooled' } = options;
    if (!pools && segmentation === 'adaptive')
      throw new Error('adaptive segments are means over steps of time_pooling; remove time_pooling: false');
    const depths = convolutions ?? channels.map(() => 1);
    if (depths.length !== channels.length)
      throw new Error(
        `convolutions gives ${depths.length} numbers for ${channels.length} channels; give one for each`,
      );
    const shrink = 2 ** channels.length;
    const stride = pools ? shrink : 1;
    const steps = Math.floor(length / stride);
    const rows = Math.floor(width / shrink);
    if (steps < 1 || rows < 1) {
      throw new Error(
        `${channels.length} poolings leave nothing of ${length} frames × ${width} bands; give fewer channels or a longer chunk`,
      );
    }
    const image = inputImage(parameters, `${name}/input`);
    const step: [number, number] = pools ? [2, 2] : [1, 2];
    const blocks = channels.map((outputs, i) =>
      Array.from({ length: depths[i] }, (_, j) => {
        const inputs = j > 0 ? outputs : i > 0 ? channels[i - 1] : 1;
        const number = j > 0 ? `${i + 1}_${j + 1}` : `${i + 1}`;
        // Pooling before the activation is the same mathematics (ELU is monotonic) at a quarter of the work.
        return normPool(
          conv2d(parameters, `${name}/conv${number}`, [3, 3], inputs, outputs),
          batchNorm(parameters, `${name}/norm${number}`, outputs),
          { pooling: j === depths[i] - 1 ? { size: step, stride: step } : undefined },
        );
      }),
    );
    const last = channels[channels.length - 1];
    const project = dense(parameters, `${name}/project`, (bands === 'kept' ? rows : 2) * last, features);
    const projectNorm = batchNorm(parameters, `${name}/project_norm`, features);
    const recurrence = withRecurrence(parameters, name, features, { ...options, rate });
    return {
      features: recurrence.features,
      ...(segmentation === 'fixed' && { stride }),
      forward(input, mode, segments) {
        let x: ConvInput = image(tf.reshape(input, [-1, length, width, 1]) as tf.Tensor4D, mode); // [batch, frames, bands, 1]
        for (const convolve of blocks.flat()) x = dropout(elu(convolve(x, mode)), rate, mode); // [batch, frames/2, bands/2, channels]
        const maps = x as tf.Tensor4D;
        const sequence = (
          bands === 'kept'
            ? tf.reshape(maps, [-1, steps, rows * last]) // [batch, steps, rows × channels]
            : // Mean and maximum over frequency: a timbre is the same at every pitch.
              tf.concat([tf.mean(maps, 2), tf.max(maps, 2)], 2)
        ) as tf.Tensor3D; // [batch, steps, 2 × channels]
        const projected = dropout(elu(projectNorm(project(sequence), mode)), rate, mode); // [batch, steps, features]
        const stepwise = recurrence.apply(projected, mode);
        if (segmentation === 'fixed') return { values: stepwise, mask: null };
        if (!segments) throw new Error(`${name}: adaptive segmentation needs the segments of the batch`);
        return meanOverSegments(stepwise, segments, shrink); // [batch, segments, features]
      },
      isPresent: (input) => anyNonZero(tf.reshape(input, [-1, length * width])),
    };
  },
};

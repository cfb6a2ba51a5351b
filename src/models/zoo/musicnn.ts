/**
 * Musicnn: convolutions shaped after timbre and rhythm, a dense mid end, pooling over time (Pons, Nieto, Prockup,
 * Schmidt, Ehmann and Serra 2018; Pons and Serra 2019). With 96 bands, 187 frames and the default options it is the
 * published network.
 */

import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { relu } from '../../engine/ops/activations.js';
import { MEL } from '../../inputs/mel.js';
import { glorotUniform } from '../initializers.js';
import { batchNorm } from '../layers/batch-norm.js';
import { convBlock } from '../layers/conv-block.js';
import { dense } from '../layers/dense.js';
import { inputImage, padRows } from '../layers/input-image.js';
import { dropout, headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

/** Frames of a timbral or mid-end convolution. */
const TIMBRE_FRAMES = 7;
/** Parts of the bands that the timbral convolutions span, in percent. */
const TIMBRE_BANDS = [40, 70];
/** Frames that the rhythmic convolutions span: about two, one and half a second. */
const RHYTHM_FRAMES = [128, 64, 32];

const options = z.strictObject({
  kind: z.literal('musicnn').describe('Musicnn (Pons and Serra 2019): musically shaped convolutions.'),
  timbre: z
    .int()
    .positive()
    .default(204)
    .describe('Channels of each of the two timbral convolutions, 7 frames by 40 and 70 % of the bands.'),
  rhythm: z
    .int()
    .positive()
    .default(51)
    .describe('Channels of each of the three rhythmic convolutions, 128, 64 and 32 frames by one band.'),
  middle: z.int().positive().default(64).describe('Channels of each of the three mid-end convolutions.'),
  hidden: z.int().positive().default(200).describe('Size of the embedding before the output layer.'),
  dropout: headDropout,
});

/** Frames of zeros on each side, so that a 'valid' convolution keeps the number of frames. */
const SIDE = (TIMBRE_FRAMES - 1) / 2;

export const musicnn: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { timbre, rhythm, middle }, { length, width }) {
    const toImage = inputImage(parameters, 'input');
    const timbres = TIMBRE_BANDS.map((percent) => {
      const bands = Math.floor((percent * width) / 100);
      if (bands < 1) throw new Error(`${width} mel bands are too few; give at least 3`);
      return convBlock(parameters, `front/timbre${percent}`, {
        size: [TIMBRE_FRAMES, bands],
        inputs: 1,
        outputs: timbre,
        padding: 'valid',
        pool: { size: [1, width - bands + 1], stride: [1, 1] },
      });
    });
    const rhythms = RHYTHM_FRAMES.map((frames) =>
      convBlock(parameters, `front/rhythm${frames}`, {
        size: [frames, 1],
        inputs: 1,
        outputs: rhythm,
        padding: 'same',
        pool: { size: [1, width], stride: [1, 1] },
      }),
    );
    const front = timbres.length * timbre + rhythms.length * rhythm; // 561
    const middles = [front, middle, middle].map((inputs, i) =>
      convBlock(parameters, `middle/conv${i + 1}`, {
        size: [TIMBRE_FRAMES, 1],
        inputs,
        outputs: middle,
        padding: 'valid',
      }),
    );
    const features = front + middles.length * middle; // 753
    return {
      features,
      steps: length,
      forward(input, mode) {
        const image = toImage(tf.reshape(input, [-1, length, width, 1]) as tf.Tensor4D, mode); // [batch, frames, bands, 1]
        const padded = image.padRows(SIDE, SIDE); // [batch, frames + 6, bands, 1]
        const maps = [...timbres.map((see) => see(padded, mode)), ...rhythms.map((see) => see(image, mode))];
        const frontEnd = tf.concat(maps, 3); // [batch, frames, 1, 561]
        const first = middles[0](padRows(frontEnd, SIDE, SIDE), mode); // [batch, frames, 1, 64]
        const second = tf.add(middles[1](padRows(first, SIDE, SIDE), mode), first) as tf.Tensor4D;
        const third = tf.add(middles[2](padRows(second, SIDE, SIDE), mode), second) as tf.Tensor4D;
        return tf.squeeze(tf.concat([frontEnd, first, second, third], 3), [2]); // [batch, frames, 753]
      },
    };
  },
  head(parameters, { hidden, dropout: rate }, { features }, labels) {
    const backNorm = batchNorm(parameters, 'back/norm', 2 * features);
    const toHidden = dense(parameters, 'back/hidden', 2 * features, hidden);
    const hiddenNorm = batchNorm(parameters, 'back/hidden_norm', hidden);
    const head = dense(parameters, 'head', hidden, labels, glorotUniform);
    return {
      embedding: hidden,
      forward(all, mode) {
        // Side by side for each feature, maximum before mean: the order that the published weights expect.
        const pooled = tf.reshape(tf.stack([tf.max(all, 1), tf.mean(all, 1)], 2), [-1, 2 * features]); // [batch, 1506]
        const thinned = dropout(backNorm(pooled as tf.Tensor2D, mode), rate, mode);
        const embedding = hiddenNorm(relu(toHidden(thinned)), mode); // [batch, 200]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

/**
 * Musicnn (Pons, Nieto, Prockup, Schmidt, Ehmann and Serra 2018, arXiv:1711.02520) as Won, Ferraro, Bogdanov and Serra
 * 2020 (arXiv:2006.00751) implemented it again: normalisation before the activation, rhythmic filters of 129, 65 and 33
 * frames on the mean of the bands, and one normalisation less. With 96 bands and 188 frames (3 s at 16 kHz) and the
 * default options it is the network that they published for MagnaTagATune and MTG-Jamendo; for the Million Song Dataset
 * `middle` is 512 and `hidden` 500.
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { MEL } from '../../inputs/mel.js';
import { torchUniform } from '../initializers.js';
import { TORCH_EPSILON } from '../layers/batch-norm.js';
import { convNorm, denseNorm } from '../layers/conv-norm.js';
import { dense } from '../layers/dense.js';
import { inputImage } from '../layers/input-image.js';
import { dropout, headDropout } from '../layers/training.js';
import type { ZooKind } from './zoo.js';

/** Frames of a timbral or middle convolution. */
const TIMBRE_FRAMES = 7;
/** Parts of the bands that the timbral convolutions span, in percent. */
const TIMBRE_BANDS = [70, 40];
/** Frames that the rhythmic convolutions span. */
const RHYTHM_FRAMES = [129, 65, 33];

const options = z.strictObject({
  kind: z.literal('musicnn-won').describe('Musicnn as Won et al. 2020 implemented it.'),
  timbre: z
    .int()
    .positive()
    .default(204)
    .describe('Channels of each of the two timbral convolutions, 7 frames by 70 and 40 % of the bands.'),
  rhythm: z
    .int()
    .positive()
    .default(51)
    .describe(
      'Channels of each of the three rhythmic convolutions, 129, 65 and 33 frames of the mean of the bands.',
    ),
  middle: z.int().positive().default(64).describe('Channels of each of the three middle convolutions.'),
  hidden: z.int().positive().default(200).describe('Size of the embedding before the output layer.'),
  dropout: headDropout,
});

/** Frames of zeros on each side, so that a 'valid' convolution keeps the number of frames. */
const SIDE = (TIMBRE_FRAMES - 1) / 2;

export const musicnnWon: ZooKind<typeof options> = {
  options,
  input: MEL,
  body(parameters, { timbre, rhythm, middle }, { length, width }) {
    const toImage = inputImage(parameters, 'input', { epsilon: TORCH_EPSILON });
    const timbres = TIMBRE_BANDS.map((percent) => {
      const bands = Math.floor((percent * width) / 100);
      if (bands < 1) throw new Error(`${width} mel bands are too few; give at least 3`);
      return convNorm(parameters, `front/timbre${percent}`, {
        size: [TIMBRE_FRAMES, bands],
        inputs: 1,
        outputs: timbre,
        padding: 'valid',
        pool: [1, width - bands + 1],
      });
    });
    const rhythms = RHYTHM_FRAMES.map((frames) =>
      convNorm(parameters, `front/rhythm${frames}`, { size: [frames, 1], inputs: 1, outputs: rhythm }),
    );
    const front = timbres.length * timbre + rhythms.length * rhythm; // 561
    const middles = [front, middle, middle].map((inputs, i) =>
      convNorm(parameters, `middle/conv${i + 1}`, { size: [TIMBRE_FRAMES, 1], inputs, outputs: middle }),
    );
    const features = front + middles.length * middle; // 753
    return {
      features,
      steps: length,
      forward(input, mode) {
        const image = toImage(tf.reshape(input, [-1, length, width, 1]) as tf.Tensor4D, mode); // [batch, 188, 96, 1]
        const padded = image.padRows(SIDE, SIDE); // [batch, 194, 96, 1]
        const energy = image.meanOfRows(); // [batch, 188, 1, 1]
        const maps = [...timbres.map((see) => see(padded, mode)), ...rhythms.map((see) => see(energy, mode))];
        const frontEnd = tf.concat(maps, 3); // [batch, 188, 1, 561]
        const first = middles[0](frontEnd, mode); // [batch, 188, 1, 64]
        const second = tf.add(middles[1](first, mode), first) as tf.Tensor4D;
        const third = tf.add(middles[2](second, mode), second) as tf.Tensor4D;
        return tf.squeeze(tf.concat([frontEnd, first, second, third], 3), [2]); // [batch, 188, 753]
      },
    };
  },
  head(parameters, { hidden, dropout: rate }, { features }, labels) {
    const toHidden = denseNorm(parameters, 'back/hidden', 2 * features, hidden);
    const head = dense(parameters, 'head', hidden, labels, torchUniform(), torchUniform(hidden));
    return {
      embedding: hidden,
      forward(all, mode) {
        const pooled = tf.concat([tf.max(all, 1), tf.mean(all, 1)], 1) as tf.Tensor2D; // [batch, 1506]
        const embedding = toHidden(pooled, mode); // [batch, 200]
        return { logits: head(dropout(embedding, rate, mode)), embedding };
      },
    };
  },
};

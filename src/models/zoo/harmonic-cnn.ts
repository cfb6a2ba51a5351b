/**
 * Harmonic CNN: band-pass filters around the harmonics of notes whose bandwidth learns, and a convolutional network on
 * their outputs, with a harmonic a channel (Won, Chun, Nieto and Serra 2020, arXiv:1910.09263; in the form of Won et al.
 * 2020). With 80,000 samples (5 s at 16 kHz) and the default options it is the published network.
 */
import { z } from 'zod';
import { powerOfTwo } from '../../inputs/kind.js';
import { WAVEFORM } from '../../inputs/waveform.js';
import { batchNorm, TORCH_EPSILON } from '../layers/batch-norm.js';
import { convNorm } from '../layers/conv-norm.js';
import { mapSteps, requirePoolings } from '../layers/fcn-blocks.js';
import { harmonicFilters } from '../layers/harmonic-filters.js';
import { residualBlock } from '../layers/residual.js';
import { taggingHead } from '../layers/tagging-head.js';
import { headDropout } from '../layers/training.js';
import type { ZooBody, ZooKind } from './zoo.js';

/** Each block: whether it is residual, its channels as a multiple of the option, and its pooling of levels and frames. */
const BLOCKS: { residual: boolean; width: number; pool: [number, number] }[] = [
  { residual: false, width: 1, pool: [2, 2] },
  { residual: true, width: 1, pool: [2, 2] },
  { residual: true, width: 1, pool: [2, 2] },
  { residual: true, width: 1, pool: [2, 2] },
  { residual: false, width: 2, pool: [2, 2] },
  { residual: true, width: 2, pool: [2, 3] },
  { residual: true, width: 2, pool: [2, 3] },
];

const options = z.strictObject({
  kind: z
    .literal('harmonic-cnn')
    .describe('Harmonic CNN (Won et al. 2020): learnable harmonic band-pass filters, then seven blocks.'),
  n_fft: powerOfTwo.default(512).describe('Samples per frame of the transform, a power of two.'),
  hop_length: z.int().positive().default(256).describe('Samples from one frame to the next.'),
  harmonics: z
    .int()
    .positive()
    .default(6)
    .describe('Harmonics of each note, the channels of the first block.'),
  per_semitone: z
    .int()
    .positive()
    .default(2)
    .describe('Filters per semitone, from C1 to the note whose highest harmonic is half the sample rate.'),
  channels: z
    .int()
    .positive()
    .default(128)
    .describe('Channels of the first four blocks; the last three have twice as many.'),
  dropout: headDropout,
});

export const harmonicCnn: ZooKind<typeof options> = {
  options,
  input: WAVEFORM,
  body(parameters, { channels, ...sizes }, { length: samples, sampleRate }) {
    if (sampleRate === undefined) throw new Error('the input’s sample rate is not known');
    const front = harmonicFilters(parameters, 'front', sizes, { samples, sampleRate });
    const image = { length: front.frames, width: front.levels };
    const [rows, steps] = requirePoolings(
      BLOCKS.map(({ pool }) => pool),
      image,
    );
    const inputNorm = batchNorm(parameters, 'input', sizes.harmonics, { epsilon: TORCH_EPSILON });
    const blocks = BLOCKS.map(({ residual, width, pool }, i) => {
      const inputs = i > 0 ? BLOCKS[i - 1].width * channels : sizes.harmonics;
      const channelsOf = { inputs, outputs: width * channels, pool };
      return residual
        ? residualBlock(parameters, `block${i + 1}`, channelsOf)
        : convNorm(parameters, `block${i + 1}`, { size: [3, 3], ...channelsOf });
    });
    const features = BLOCKS[BLOCKS.length - 1].width * channels; // 256
    const maps: NonNullable<ZooBody['maps']> = (input, mode) => {
      let x = inputNorm(front.forward(input), mode); // [batch, 128, 313, 6]
      return blocks.map((block) => {
        x = block(x, mode); // [64, 156, 128], [32, 78, 128], [16, 39, 128], [8, 19, 128], [4, 9, 256], [2, 3, 256], [1, 1, 256]
        return x;
      });
    };
    return {
      features: features * rows,
      steps,
      maps,
      forward: (input, mode) => mapSteps(maps(input, mode).at(-1)!), // [batch, 1, 256]
    };
  },
  head: (parameters, { dropout: rate }, { features }, labels) =>
    taggingHead(parameters, { features, labels, rate }),
};

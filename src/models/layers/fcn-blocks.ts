/** The convolutional blocks of fully convolutional taggers (Choi, Fazekas and Sandler 2016). */
import * as tf from '@tensorflow/tfjs-core';
import { elu } from '../../engine/ops/activations.js';
import { sumPool } from '../../engine/ops/sum-pool.js';
import type { InputSize } from '../../inputs/kind.js';
import type { Parameters } from '../parameters.js';
import { batchNorm } from './batch-norm.js';
import { clipNorm } from './clip-norm.js';
import { type ConvInput, conv2d } from './conv.js';
import { normPool } from './norm-pool.js';
import { dropout, type ForwardMode } from './training.js';

/** Sizes of such blocks. */
export interface FcnBlocksOptions {
  /** Channels of each block. */
  channels: readonly number[];
  /** Mel bands and frames of each pooling, as many as channels. */
  poolings: readonly (readonly [number, number])[];
  /** batch: batch normalisation; clip: each clip by its own moments, as of `clipNorm`. */
  normalisation: 'batch' | 'clip';
  /** Part of what each block gives to the next that is dropped in training. */
  rate: number;
}

/**
 * Blocks of a 3×3 convolution, normalisation, ELU and max-pooling that keep no rest: [batch, mel, time, 1] to the
 * activation maps after each pooling, [batch, mel, time, channels]. The normalisation takes the place of a bias.
 * Weights: `conv1/kernel` [mel, time, inputs, outputs], `conv1/norm` as of the normalisation, and so on. Throws an
 * Error when the poolings leave nothing of the input.
 */
export function fcnBlocks(
  parameters: Parameters,
  { channels, poolings, normalisation, rate }: FcnBlocksOptions,
  input: InputSize,
): (image: tf.Tensor4D, mode: ForwardMode) => tf.Tensor4D[] {
  requirePoolings(poolings, input);
  const blocks = poolings.map((pool, i) => {
    const name = `conv${i + 1}`;
    const convolve = conv2d(parameters, name, [3, 3], i ? channels[i - 1] : 1, channels[i]);
    const size: [number, number] = [...pool];
    // Pooling before the activation is the same mathematics, as ELU is monotonic, with less work.
    if (normalisation === 'batch') {
      const norm = batchNorm(parameters, `${name}/norm`, channels[i]);
      const pooled = normPool(convolve, norm, { pooling: { size, stride: size } });
      return (x: tf.Tensor4D, mode: ForwardMode) => elu(pooled(x, mode));
    }
    const norm = clipNorm(parameters, `${name}/norm`, channels[i]);
    return (x: tf.Tensor4D, mode: ForwardMode) => elu(sumPool(norm(convolve(x), mode), { pool: size }));
  });
  return (image, mode) => {
    const maps: tf.Tensor4D[] = [];
    for (const block of blocks) {
      const before = maps.at(-1);
      maps.push(block(before ? dropout(before, rate, mode) : image, mode));
    }
    return maps;
  };
}

/** Numbers in words, as far as networks have so many poolings. */
const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/**
 * Bands and frames that poolings, of mel bands and frames each, leave of an input. Throws an Error when nothing is left.
 */
export function requirePoolings(
  poolings: readonly (readonly [number, number])[],
  { length: frames, width: bands }: InputSize,
): [bands: number, frames: number] {
  const least = ([0, 1] as const).map((axis) => poolings.reduce((all, pool) => all * pool[axis], 1));
  const [leastBands, leastFrames] = least;
  if (frames < leastFrames || bands < leastBands)
    throw new Error(
      `${COUNTS[poolings.length]} poolings leave nothing of ${frames} frames × ${bands} bands; give at least ${leastFrames} frames (inputs.chunk_seconds) and ${leastBands} bands (inputs.mel.bands)`,
    );
  // Rounding down at each pooling is rounding down once.
  return [Math.floor(bands / leastBands), Math.floor(frames / leastFrames)];
}

/** Mel frames [batch, frames, bands] as an image with the bands first, [batch, bands, frames]. */
export const bandsFirst = (input: tf.Tensor, { length, width }: InputSize): tf.Tensor3D =>
  tf.transpose(tf.reshape(input, [-1, length, width]) as tf.Tensor3D, [0, 2, 1]);

/**
 * Activation maps of blocks that follow one another on a mel spectrogram: [batch, frames, bands] to those after each block,
 * [batch, mel, time, channels].
 *
 * @param begin - what the first block takes, of the image [batch, bands, frames, 1]
 */
export const blockMaps =
  <First extends ConvInput>(
    input: InputSize,
    begin: (image: tf.Tensor4D, mode: ForwardMode) => First,
    blocks: readonly ((x: First | tf.Tensor4D, mode: ForwardMode) => tf.Tensor4D)[],
  ) =>
  (values: tf.Tensor, mode: ForwardMode): tf.Tensor4D[] => {
    let x: First | tf.Tensor4D = begin(tf.expandDims(bandsFirst(values, input), 3) as tf.Tensor4D, mode);
    return blocks.map((block) => {
      const map = block(x, mode);
      x = map;
      return map;
    });
  };

/** A map [batch, mel, time, channels] as a sequence over time, [batch, time, mel × channels]. */
export const mapSteps = (map: tf.Tensor4D): tf.Tensor3D => {
  const [, mel, time, channels] = map.shape;
  return tf.reshape(tf.transpose(map, [0, 2, 1, 3]), [-1, time, mel * channels]);
};

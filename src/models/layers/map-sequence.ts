/**
 * Activation maps of a convolutional network as a sequence: those of several layers are brought to one size, those that
 * are near-duplicates of others are dropped, and a recurrent network takes them one after another, as in hashing by
 * sequences of feature maps (He 2022; CRNNH, WCMC 2022).
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { withoutDoubles } from '../../base/registry.js';
import type { Sequence } from '../branches/branch.js';

const selection = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('similarity').describe('Maps much alike an earlier one are dropped.'),
    most: z
      .number()
      .gt(0)
      .max(1)
      .default(0.95)
      .describe('Largest cosine with any map that is kept before it, in the order of layers and channels.'),
  }),
  z.strictObject({
    kind: z.literal('count').describe('So many maps are kept, those that are least alike.'),
    maps: z
      .int()
      .positive()
      .describe(
        'Beginning with the first, each next one is that whose largest cosine with those kept is smallest.',
      ),
  }),
  z.strictObject({ kind: z.literal('none').describe('All maps are kept.') }),
]);

/** The option `maps` of a branch whose network has activation maps. */
export const mapOptions = z
  .strictObject({
    layers: withoutDoubles(z.array(z.int().positive()).min(1))
      .optional()
      .describe('Numbers of the convolutional blocks whose maps are taken, from 1. Default: all.'),
    size: z
      .tuple([z.int().positive(), z.int().positive()])
      .default([8, 16])
      .describe('Bands and frames that every map is brought to, by bilinear interpolation.'),
    steps: z
      .enum(['maps', 'frames'])
      .default('maps')
      .describe(
        'What a step of the sequence is. maps: one map, its bands and frames in a row; the order is that of layers, then channels. frames: one frame of all maps, stacked.',
      ),
    selection: selection
      .optional()
      .describe(
        'Which maps are kept of each window, where steps are maps. Default: {kind: similarity, most: 0.95}.',
      ),
  })
  .refine(({ steps, selection: chosen }) => steps === 'maps' || chosen === undefined, {
    path: ['selection'],
    message: 'is for steps: maps; frames of all maps are stacked, so none can be dropped; remove it',
  });

/** Options of a sequence of maps. */
export type MapOptions = z.output<typeof mapOptions>;

/** Weights of bilinear interpolation between pixel centres, as of PyTorch and OpenCV: [to, from]. */
export function interpolationWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const below = Math.floor(at);
    weights[i * from + below] += 1 - (at - below);
    if (below + 1 < from) weights[i * from + below + 1] += at - below;
  }
  return weights;
}

/** Brings maps [batch, bands, frames, channels] to another size: [batch, channels, bands', frames']. */
function toSize(maps: tf.Tensor4D, [bands, frames]: readonly [number, number]): tf.Tensor4D {
  const [, height, width, channels] = maps.shape;
  const across = tf.tensor2d(interpolationWeights(width, frames), [frames, width]);
  const along = tf.tensor2d(interpolationWeights(height, bands), [bands, height]);
  const byChannel = tf.transpose(maps, [0, 3, 1, 2]); // [batch, channels, bands, frames]
  const narrow = tf.matMul(tf.reshape(byChannel, [-1, width]) as tf.Tensor2D, across, false, true);
  const turned = tf.transpose(tf.reshape(narrow, [-1, channels, height, frames]), [0, 1, 3, 2]);
  const low = tf.matMul(tf.reshape(turned, [-1, height]) as tf.Tensor2D, along, false, true);
  return tf.transpose(tf.reshape(low, [-1, channels, frames, bands]), [0, 1, 3, 2]) as tf.Tensor4D;
}

/** Size of a step of the sequence, from the number of channels of each block. */
export function mapFeatures(
  { layers, size: [bands, frames], steps }: MapOptions,
  channels: number[],
): number {
  const taken = layers ?? channels.map((_, i) => i + 1);
  const missing = taken.find((layer) => layer > channels.length);
  if (missing !== undefined)
    throw new Error(`maps.layers names block ${missing}, and the network has ${channels.length}`);
  if (steps === 'maps') return bands * frames;
  return bands * taken.reduce((sum, layer) => sum + channels[layer - 1], 0);
}

/**
 * The maps of the chosen blocks at one size, [batch, maps, bands, frames], in the order of layers and channels.
 *
 * @param blocks - maps of every block, [batch, bands, frames, channels] each
 */
export function resizedMaps(
  blocks: readonly tf.Tensor4D[],
  { layers = blocks.map((_, i) => i + 1), size }: Pick<MapOptions, 'layers' | 'size'>,
): tf.Tensor4D {
  return tf.concat(
    layers.map((layer) => toSize(blocks[layer - 1], size)),
    1,
  ) as tf.Tensor4D;
}

/**
 * The sequence of maps of one size, [batch, maps, bands, frames] to [batch, steps, features]; behind those that are
 * kept stands padding.
 */
export function mapSequence(
  maps: tf.Tensor4D,
  { steps, selection: chosen }: Omit<MapOptions, 'layers'>,
): Sequence {
  const [batch, count, bands, frames] = maps.shape;
  if (steps === 'frames') {
    const byFrame = tf.transpose(maps, [0, 3, 1, 2]); // [batch, frames, maps, bands]
    return { values: tf.reshape(byFrame, [batch, frames, count * bands]), mask: null };
  }
  const rows = tf.reshape(maps, [batch, count, bands * frames]) as tf.Tensor3D;
  if (chosen?.kind === 'none') return { values: rows, mask: null };
  const length = chosen?.kind === 'count' ? Math.min(chosen.maps, count) : count;
  const choose =
    chosen?.kind === 'count'
      ? (cosines: Float32Array) => leastAlike(cosines, count, length)
      : (cosines: Float32Array) => withoutDuplicates(cosines, count, chosen?.most ?? 0.95);
  const cosines = cosinesOf(rows);
  const moves = new Float32Array(batch * length * count);
  const mask = new Float32Array(batch * length);
  for (let i = 0; i < batch; i++) {
    const kept = choose(cosines.subarray(i * count * count, (i + 1) * count * count));
    for (const [step, map] of kept.entries()) {
      moves[(i * length + step) * count + map] = 1;
      mask[i * length + step] = 1;
    }
  }
  return {
    values: tf.matMul(tf.tensor3d(moves, [batch, length, count]), rows),
    mask: mask.every((one) => one === 1) ? null : tf.tensor2d(mask, [batch, length]),
  };
}

/** Cosines between the rows of each matrix of [batch, count, size], [batch × count × count]; 1 with a row of zeros. */
function cosinesOf(rows: tf.Tensor3D): Float32Array {
  return tf.tidy(() => {
    const norms = tf.sqrt(tf.sum(tf.square(rows), 2, true)); // [batch, count, 1]
    const unit = tf.div(rows, tf.maximum(norms, 1e-12)) as tf.Tensor3D;
    const isZero = tf.cast(tf.lessEqual(norms, 1e-12), 'float32');
    const either = tf.maximum(isZero, tf.transpose(isZero, [0, 2, 1]));
    return tf.maximum(tf.matMul(unit, unit, false, true), either).dataSync<'float32'>();
  });
}

/** The first map, and each other whose cosine with every kept one before it is at most `most`, by number. */
export function withoutDuplicates(cosines: Float32Array, count: number, most: number): number[] {
  const kept = [0];
  for (let map = 1; map < count; map++)
    if (kept.every((other) => cosines[map * count + other] <= most)) kept.push(map);
  return kept;
}

/** The first map, then always the one that is least alike all kept ones, the earlier of equals; by number. */
export function leastAlike(cosines: Float32Array, count: number, wanted: number): number[] {
  const kept = new Set([0]);
  const closest = cosines.slice(0, count);
  while (kept.size < wanted) {
    let next = -1;
    for (let map = 0; map < count; map++)
      if (!kept.has(map) && (next < 0 || closest[map] < closest[next])) next = map;
    kept.add(next);
    for (let map = 0; map < count; map++) closest[map] = Math.max(closest[map], cosines[next * count + map]);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Activation maps as a sequence: one size, near-duplicates dropped, in the order of layers and channels. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import {
  interpolationWeights,
  leastAlike,
  type MapOptions,
  mapFeatures,
  mapOptions,
  mapSequence,
  resizedMaps,
  withoutDuplicates,
} from '../../src/models/layers/map-sequence.js';
import { availableEngines } from '../engine/available.js';

const options = (given: object): MapOptions => mapOptions.parse(given);

describe('bilinear interpolation', () => {
  it.each([
    // As torch.nn.functional.interpolate(mode='bilinear', align_corners=False) weighs them.
    [2, 3, [1, 0, 0.5, 0.5, 0, 1]],
    [4, 2, [0.5, 0.5, 0, 0, 0, 0, 0.5, 0.5]],
    [5, 2, [0.25, 0.75, 0, 0, 0, 0, 0, 0, 0.75, 0.25]],
    [1, 3, [1, 1, 1]],
    [3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 1]],
  ])('from %i to %i pixels', (from, to, weights) => {
    expect([...interpolationWeights(from, to)]).toEqual(weights);
  });
});

describe('selection', () => {
  // Maps 0 and 1 alike, 2 unlike both, 3 like 2.
  const cosines = Float32Array.from([
    ...[1, 0.99, 0.1, 0.2],
    ...[0.99, 1, 0.3, 0.2],
    ...[0.1, 0.3, 1, 0.96],
    ...[0.2, 0.2, 0.96, 1],
  ]);
  it('drops what is alike an earlier map that is kept', () => {
    expect(withoutDuplicates(cosines, 4, 0.95)).toEqual([0, 2]);
    expect(withoutDuplicates(cosines, 4, 0.97)).toEqual([0, 2, 3]);
    expect(withoutDuplicates(cosines, 4, 1)).toEqual([0, 1, 2, 3]);
  });
  it('takes those that are least alike, in their order', () => {
    expect(leastAlike(cosines, 4, 1)).toEqual([0]);
    expect(leastAlike(cosines, 4, 2)).toEqual([0, 2]);
    expect(leastAlike(cosines, 4, 3)).toEqual([0, 2, 3]);
    expect(leastAlike(cosines, 4, 4)).toEqual([0, 1, 2, 3]);
  });
});

describe.each(availableEngines)('a sequence on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  /** Two blocks for two clips: 4 × 4 maps of 2 channels, and 2 × 2 maps of 1; the second clip's channels are alike. */
  const blocks = (): tf.Tensor4D[] => [
    tf.tensor4d(
      Array.from({ length: 2 * 4 * 4 * 2 }, (_, i) => {
        const [clip, pixel, channel] = [Math.floor(i / 32), Math.floor((i % 32) / 2), i % 2];
        return clip === 1 ? (pixel + 1) * (channel + 1) : channel === 0 ? pixel + 1 : pixel % 2 ? -1 : 1;
      }),
      [2, 4, 4, 2],
    ),
    tf.tensor4d([5, -1, -1, 5, 0, 0, 0, 0], [2, 2, 2, 1]),
  ];

  it('brings maps of all blocks to one size', () => {
    tf.tidy(() => {
      const maps = resizedMaps(blocks(), options({ size: [2, 2] }));
      expect(maps.shape).toEqual([2, 3, 2, 2]);
      // The mean of each quarter of 1 … 16, the second channel's stripes, and the second block as it is.
      expect(Array.from(tf.slice(maps, 0, 1).dataSync())).toEqual([
        3.5, 5.5, 11.5, 13.5, 0, 0, 0, 0, 5, -1, -1, 5,
      ]);
    });
  });

  it('drops duplicates and empty maps of each clip alone, and pads behind', () => {
    tf.tidy(() => {
      const { values, mask } = mapSequence(
        resizedMaps(blocks(), options({ size: [2, 2] })),
        options({ size: [2, 2] }),
      );
      expect(values.shape).toEqual([2, 3, 4]);
      expect(mask!.arraySync()).toEqual([
        [1, 1, 0],
        [1, 0, 0],
      ]);
      expect(values.arraySync()[0]).toEqual([
        [3.5, 5.5, 11.5, 13.5],
        [5, -1, -1, 5],
        [0, 0, 0, 0],
      ]);
      const alone = mapSequence(
        resizedMaps(
          blocks().map((block) => tf.slice(block, 1, 1)),
          options({ size: [2, 2] }),
        ),
        options({ size: [2, 2] }),
      );
      expect(alone.values.arraySync()[0]).toEqual(values.arraySync()[1]);
    });
  });

  it('keeps so many maps, or stacks all as frames', () => {
    tf.tidy(() => {
      const size = [4, 4];
      const counted = options({ size, selection: { kind: 'count', maps: 2 } });
      const two = mapSequence(resizedMaps(blocks(), counted), counted);
      expect([two.values.shape, two.mask]).toEqual([[2, 2, 16], null]);
      const frames = options({ size, steps: 'frames' });
      const stacked = mapSequence(resizedMaps(blocks(), frames), frames);
      expect([stacked.values.shape, stacked.mask]).toEqual([[2, 4, 12], null]);
      // The first frame of the first map: its first column.
      expect(stacked.values.arraySync()[0][0].slice(0, 4)).toEqual([1, 5, 9, 13]);
      expect(mapFeatures(frames, [2, 1])).toBe(12);
      expect(mapFeatures(counted, [2, 1])).toBe(16);
    });
  });

  it('passes gradients to the maps that are kept, and to no others', () => {
    tf.tidy(() => {
      const chosen = options({ size: [2, 2] });
      const loss = (...given: tf.Tensor[]): tf.Tensor =>
        tf.sum(mapSequence(resizedMaps(given as tf.Tensor4D[], chosen), chosen).values);
      const [first, second] = tf.grads(loss)(blocks());
      const byChannel = tf.sum(first, [1, 2]).arraySync() as number[][];
      expect(byChannel[0].map(Math.abs)).toEqual([4, 0]);
      expect(byChannel[1].map(Math.abs)).toEqual([4, 0]);
      expect(tf.sum(second, [1, 2, 3]).arraySync()).toEqual([4, 0]);
    });
  });
});

it('names a block that the network does not have', () => {
  expect(() => mapFeatures(options({ layers: [1, 6] }), [2, 2, 2, 2, 2])).toThrow(
    'maps.layers names block 6, and the network has 5',
  );
});

it('refuses a selection of stacked frames', () => {
  expect(() => options({ steps: 'frames', selection: { kind: 'none' } })).toThrow(
    /frames of all maps are stacked/,
  );
});

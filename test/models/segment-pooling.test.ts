import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { meanOverSegments } from '../../src/models/layers/segment-pooling.js';
import { availableEngines } from '../engine/available.js';

const VALUES = [1, 10, 2, 20, 3, 30];

describe.each(availableEngines)('mean over segments on engine %s', (engine) => {
  it('weighs each step by the frames that it shares with the segment', async () => {
    await loadEngine(engine);
    tf.tidy(() => {
      // Three steps of four frames; the last stands for frames 8 to 13.
      const values = tf.tensor3d(VALUES, [1, 3, 2]);
      const segments = tf.tensor3d([0, 4, 4, 5, 5, 9, 9, 14, 0, 0], [1, 5, 2]);
      const { values: means, mask } = meanOverSegments(values, segments, 4);
      const expected = [1, 10, 2, 20, (3 * 2 + 3) / 4, (3 * 20 + 30) / 4, 3, 30, 0, 0];
      for (const [i, mean] of means.dataSync().entries()) expect(mean).toBeCloseTo(expected[i], 5);
      expect([...mask.dataSync()]).toEqual([1, 1, 1, 1, 0]);
    });
  });

  it('has the gradient that differences give', async () => {
    await loadEngine(engine);
    tf.tidy(() => {
      const segments = tf.tensor3d([0, 3, 3, 7, 7, 12, 0, 12, 12, 12, 0, 0], [2, 3, 2]);
      const start = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
      const loss = (x: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(meanOverSegments(x as tf.Tensor3D, segments, 4).values)) as tf.Scalar;
      const gradient = tf
        .grad(loss)(tf.tensor3d(start, [2, 3, 2]))
        .dataSync();
      for (let i = 0; i < start.length; i++) {
        const at = (step: number): number => {
          const moved = start.slice();
          moved[i] += step;
          return loss(tf.tensor3d(moved, [2, 3, 2])).dataSync()[0];
        };
        expect(gradient[i]).toBeCloseTo((at(0.1) - at(-0.1)) / 0.2, 3);
      }
    });
  });
});

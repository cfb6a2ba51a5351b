/** The greatest value over the columns of a convolution, against the convolution and its maximum. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { imageMax, imageMaxPays } from '../../src/engine/ops/image-max.js';
import { channelPanel, hasKernels, runOwn, useKernels } from '../../src/engine/ops/native.js';
import fc from '../fast-check.js';
import { nativeInstalled } from './available.js';
import { argumentsOf, type Differentiable, differentiate } from './gradients.js';

let compiled = false;
beforeAll(async () => {
  if (nativeInstalled) compiled = (await loadEngine('tensorflow')).kernels === null;
});
afterEach(() => useKernels(compiled));

describe.skipIf(!nativeInstalled)('maximum over the columns of a convolved image', () => {
  it('equals the maximum of the convolution, with its gradients, for images and kernels of any size', (context) => {
    if (!hasKernels() || channelPanel() === 0) return context.skip('no kernels for this processor');
    const size = fc.integer({ min: 1, max: 70 });
    const taps = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(
        fc.record({ batch: fc.integer({ min: 1, max: 3 }), h: size, w: size }),
        fc.record({ kh: taps, kw: taps, k: fc.integer({ min: 1, max: 40 }) }),
        fc.boolean(),
        fc.integer(),
        ({ batch, h, w }, { kh, kw, k }, isSame, seed) => {
          const [width, padding] = isSame ? ([1, 'same'] as const) : ([kw, 'valid'] as const);
          fc.pre(width <= w && (isSame || kh <= h));
          const f: Differentiable = {
            shapes: [
              [batch, h, w, 1],
              [kh, width, 1, k],
            ],
            apply: (x, kernel) => imageMax(x as tf.Tensor4D, kernel as tf.Tensor4D, padding),
          };
          const [image, kernel] = argumentsOf(f, seed);
          const [own, usual] = tf.tidy(() => {
            const [x, weights] = [image, kernel].map((v, i) =>
              tf.tensor4d(v, f.shapes[i] as [number, number, number, number]),
            );
            const maximum = tf.max(tf.conv2d(x, weights, 1, padding), 2, true);
            const found = imageMax(x, weights, padding);
            expect(found.shape).toEqual(maximum.shape);
            return [found.dataSync(), maximum.dataSync()];
          });
          const scale = Math.sqrt(kh * width);
          expect(usual.every((v, i) => Math.abs(own[i] - v) < 1e-5 * scale)).toBe(true);
          const usually: Differentiable = {
            ...f,
            apply: (x, weights) =>
              tf.max(tf.conv2d(x as tf.Tensor4D, weights as tf.Tensor4D, 1, padding), 2, true),
          };
          const [found, wanted] = [f, usually].map((of) => differentiate(of, [image, kernel]).gradients);
          for (const [i, gradient] of wanted.entries()) {
            const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 1e-6);
            expect(gradient.every((g, at) => Math.abs(found[i][at] - g) < 1e-5 * largest)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is used for kernels of many taps, and sizes that do not fit are refused', (context) => {
    if (!hasKernels() || channelPanel() === 0) return context.skip('no kernels for this processor');
    expect(imageMaxPays([7, 38, 1, 204], 'valid')).toBe(true);
    expect(imageMaxPays([128, 1, 1, 51], 'same')).toBe(true);
    expect(imageMaxPays([7, 38, 1, 204], 'same')).toBe(false);
    expect(imageMaxPays([3, 3, 1, 128], 'valid')).toBe(false);
    tf.tidy(() => {
      const call = (image: number[], kernel: number[]) => () =>
        runOwn('PolytagImageMax', { above: 0, below: 0 }, [tf.ones(image), tf.ones(kernel)], 1);
      expect(call([1, 20, 20, 2], [7, 7, 1, 32])).toThrow(/must have one channel/);
      expect(call([1, 5, 20, 1], [7, 7, 1, 32])).toThrow(/must fit into the image/);
    });
    useKernels(false);
    expect(imageMaxPays([7, 38, 1, 204], 'valid')).toBe(false);
  });
});

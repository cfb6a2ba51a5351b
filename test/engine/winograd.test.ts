/** Winograd's convolutions and their gradients against sums in double precision, and where they are used. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { conv2d } from '../../src/engine/ops/conv.js';
import { channelPanel, hasKernels, useKernels } from '../../src/engine/ops/native.js';
import {
  type ConvolutionSizes,
  winograd,
  winogradFilter,
  winogradInput,
  winogradPays,
} from '../../src/engine/ops/winograd.js';
import fc from '../fast-check.js';
import { nativeInstalled } from './available.js';
import { argumentsOf, type Differentiable, differentiate } from './gradients.js';

let compiled = false;
let panel = 0;
beforeAll(async () => {
  if (nativeInstalled) compiled = (await loadEngine('tensorflow')).kernels === null;
  panel = channelPanel();
});
afterEach(() => useKernels(compiled, undefined, panel));

/** Output, gradient of the map and of the kernel, by sums in double precision; and the sums of the terms' magnitudes. */
function direct(
  { map, kernel, padding }: ConvolutionSizes,
  x: Float32Array,
  w: Float32Array,
  dy: Float32Array,
): { sums: Float64Array[]; magnitudes: Float64Array[] } {
  const [batch, height, width, inputs] = map;
  const [down, across, , outputs] = kernel;
  const isSame = padding === 'same';
  const [top, left] = isSame ? [(down - 1) / 2, Math.floor((across - 1) / 2)] : [0, 0];
  const [rows, columns] = isSame ? [height, width] : [height - down + 1, width - across + 1];
  const lengths = [batch * rows * columns * outputs, x.length, w.length];
  const [sums, magnitudes] = [0, 1].map(() => lengths.map((length) => new Float64Array(length)));
  const add = (of: number, at: number, term: number): void => {
    sums[of][at] += term;
    magnitudes[of][at] += Math.abs(term);
  };
  for (let y = 0; y < batch * rows * columns; y++)
    for (let tap = 0; tap < down * across; tap++) {
      const row = (Math.floor(y / columns) % rows) + Math.floor(tap / across) - top;
      const column = (y % columns) + (tap % across) - left;
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const place = (Math.floor(y / columns / rows) * height + row) * width + column;
      for (let c = 0; c < inputs; c++)
        for (let k = 0; k < outputs; k++) {
          const [i, j, l] = [y * outputs + k, place * inputs + c, (tap * inputs + c) * outputs + k];
          add(0, i, x[j] * w[l]);
          add(1, j, dy[i] * w[l]);
          add(2, l, dy[i] * x[j]);
        }
    }
  return { sums, magnitudes };
}

describe.skipIf(!nativeInstalled)('convolution by Winograd', () => {
  it('output and gradients are the sums in double precision, to a few roundings of the terms', (context) => {
    if (!hasKernels() || panel === 0) return context.skip('no kernels for this processor');
    const size = fc.integer({ min: 1, max: 11 });
    const shape = fc.record({ batch: fc.integer({ min: 1, max: 3 }), h: size, w: size });
    const channels = fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 3));
    fc.assert(
      fc.property(
        shape,
        channels,
        fc.constantFrom([3, 3], [1, 3], [1, 4], [1, 5]),
        fc.constantFrom('same' as const, 'valid' as const),
        fc.integer(),
        ({ batch, h, w }, [c, k], [down, across], padding, seed) => {
          fc.pre(padding === 'same' || (h >= down && w >= across));
          const map = [batch, h, w, c * panel];
          const kernel = [down, across, c * panel, k * panel];
          const sizes: ConvolutionSizes = { map, kernel, padding, strides: [1, 1] };
          const lost = padding === 'same' ? [0, 0] : [down - 1, across - 1];
          const output = [batch, h - lost[0], w - lost[1], k * panel];
          const numbers = argumentsOf({ shapes: [map, kernel, output], apply: (x) => x }, seed);
          const wanted = direct(sizes, numbers[0], numbers[1], numbers[2]);
          const found = tf.tidy(() => {
            const [x, weights, dy] = [map, kernel, output].map((of, i) => tf.tensor(numbers[i], of));
            const results = [
              winograd(x, weights, sizes),
              winogradInput(dy, weights, sizes),
              winogradFilter(x, dy, sizes),
            ];
            expect(results.map((result) => result.shape)).toEqual([output, map, kernel]);
            return results.map((result) => result.dataSync());
          });
          for (const [of, sums] of wanted.sums.entries()) {
            const largest = wanted.magnitudes[of].reduce(
              (most, magnitude) => Math.max(most, magnitude),
              1e-9,
            );
            let worst = 0;
            for (let i = 0; i < sums.length; i++) worst = Math.max(worst, Math.abs(found[of][i] - sums[i]));
            expect(worst / largest, ['output', 'map', 'kernel'][of]).toBeLessThan(2e-6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('conv2d uses it where it pays, and gives what oneDNN gives', (context) => {
    if (!hasKernels() || panel === 0) return context.skip('no kernels for this processor');
    for (const [height, down, across] of [
      [24, 3, 3],
      [1, 1, 3],
      [1, 1, 4],
    ])
      for (const padding of ['same', 'valid'] as const) {
        const f: Differentiable = {
          shapes: [
            [4, height, height === 1 ? 900 : 37, panel],
            [down, across, panel, 2 * panel],
          ],
          apply: (x, w) => conv2d(x as tf.Tensor4D, w as tf.Tensor4D, padding),
        };
        expect(winogradPays({ map: f.shapes[0], kernel: f.shapes[1], padding, strides: [1, 1] })).toBe(true);
        const values = argumentsOf(f, 3);
        const before = tf.memory().numTensors;
        const own = differentiate(f, values);
        expect(tf.memory().numTensors).toBe(before);
        useKernels(false);
        const usual = differentiate(f, values);
        useKernels(compiled);
        for (const [i, gradient] of usual.gradients.entries()) {
          const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
          expect(gradient.every((g, at) => Math.abs(own.gradients[i][at] - g) < 1e-5 * largest)).toBe(true);
        }
      }
  });

  it('is left out for other strides, kernels and channels, for maps too small, and without kernels', (context) => {
    if (!hasKernels() || panel === 0) return context.skip('no kernels for this processor');
    const pays: ConvolutionSizes = {
      map: [8, 32, 57, 128],
      kernel: [3, 3, 128, 128],
      padding: 'same',
      strides: [1, 1],
    };
    const beside = (more: Partial<ConvolutionSizes>): boolean => winogradPays({ ...pays, ...more });
    expect(beside({})).toBe(true);
    expect(beside({ map: [8, 1, 57, 128], kernel: [1, 3, 128, 128] })).toBe(true);
    expect(beside({ strides: [2, 1] })).toBe(false);
    expect(beside({ kernel: [5, 5, 128, 128] })).toBe(false);
    expect(beside({ kernel: [3, 1, 128, 128] })).toBe(false);
    expect(beside({ map: [8, 1, 570, 128], kernel: [1, 5, 128, 128] })).toBe(true);
    expect(beside({ map: [8, 1, 570, 128], kernel: [1, 7, 128, 128] })).toBe(false);
    expect(beside({ map: [8, 32, 57, 1], kernel: [3, 3, 1, 128] })).toBe(false);
    expect(beside({ map: [8, 32, 57, 136], kernel: [3, 3, 136, 128] })).toBe(panel === 8);
    expect(beside({ map: [8, 2, 3, 128] })).toBe(false);
    expect(beside({ map: [8, 2, 57, 128], padding: 'valid' })).toBe(false);
    useKernels(false);
    expect(beside({})).toBe(false);
  });

  it('a value that is not a number stays one, and sizes that do not fit are refused', (context) => {
    if (!hasKernels() || panel === 0) return context.skip('no kernels for this processor');
    const sizes: ConvolutionSizes = {
      map: [1, 8, 8, panel],
      kernel: [3, 3, panel, panel],
      padding: 'same',
      strides: [1, 1],
    };
    tf.tidy(() => {
      const values = new Float32Array(64 * panel).fill(1);
      values[0] = Number.NaN;
      const x = tf.tensor(values, [...sizes.map]);
      const y = winograd(x, tf.ones([...sizes.kernel]), sizes).dataSync();
      expect(y.slice(0, panel).every(Number.isNaN)).toBe(true);
      expect(y[63 * panel]).toBeCloseTo(4 * panel, 3);
      const narrow = tf.ones([3, 3, 2 * panel, panel]);
      expect(() => winograd(x, narrow, sizes)).toThrow(/the map's channels/);
      expect(() => winograd(x, tf.ones([3, 3, panel, 5]), sizes)).toThrow(/multiples of the panel/);
      expect(() => winogradFilter(x, tf.ones([1, 4, 8, panel]), sizes)).toThrow(/the output's shape/);
      const tall = { ...sizes, padding: 'valid' as const };
      expect(() => winograd(tf.ones([1, 2, 8, panel]), tf.ones([...sizes.kernel]), tall)).toThrow(/must fit/);
    });
  });
});

/** The kernels of our own against the same mathematics of TensorFlow's operations, and against the other engine. */

import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { normPoolTraining } from '../../src/engine/ops/batch-norm.js';
import { conv2d } from '../../src/engine/ops/conv.js';
import { dropoutOf } from '../../src/engine/ops/dropout.js';
import { composed, hasKernels, useKernels } from '../../src/engine/ops/native.js';
import { hasNormPool } from '../../src/engine/ops/norm-pool-kernel.js';
import { philox } from '../../src/engine/ops/philox.js';
import { sumPool } from '../../src/engine/ops/sum-pool.js';
import { Optimizer, optimizerSchema } from '../../src/training/optimizers.js';
import fc from '../fast-check.js';
import { nativeInstalled } from './available.js';
import { argumentsOf, type Differentiable, differentiate } from './gradients.js';

let compiled = false;
beforeAll(async () => {
  if (nativeInstalled) compiled = (await loadEngine('tensorflow')).kernels === null;
});
afterEach(() => useKernels(compiled));

/** The largest difference, relative to the largest value, or to a larger one of the same kind. */
function worst(found: ArrayLike<number>, wanted: ArrayLike<number>, atLeast = 1e-6): number {
  let [difference, largest] = [0, atLeast];
  for (let i = 0; i < wanted.length; i++) {
    difference = Math.max(difference, Math.abs(found[i] - wanted[i]));
    largest = Math.max(largest, Math.abs(wanted[i]));
  }
  return difference / largest;
}

/**
 * Normalisation and pooling by kernels beside the operations one by one.
 *
 * @param channels - of maps
 * @param under - computes with kernels or without
 */
function compareNormPool(
  channels: fc.Arbitrary<number>,
  under: <T>(kernels: boolean, compute: () => T) => T,
): void {
  const size = fc.integer({ min: 1, max: 9 });
  const window = fc.integer({ min: 1, max: 4 });
  const shape = fc.record({ batch: fc.integer({ min: 2, max: 4 }), h: size, w: size, c: channels });
  const poolings = fc.record({ ph: window, pw: window, sh: window, sw: window });
  fc.assert(
    fc.property(
      shape,
      poolings,
      fc.boolean(),
      fc.boolean(),
      fc.integer(),
      ({ batch, h, w, c }, { ph, pw, sh, sw }, rectified, relu, seed) => {
        fc.pre(ph <= h && pw <= w && h * w > 1);
        const f: Differentiable & { moments?: number[][] } = {
          shapes: [[batch, h, w, c], [c], [c], ...(rectified ? [[c]] : [])],
          apply(x, gamma, beta, bias) {
            const weights = { gamma, beta, bias, relu, epsilon: 1e-3 } as never;
            return normPoolTraining(
              x as tf.Tensor4D,
              weights,
              (...moments) => {
                f.moments = moments.map((moment) => [...moment.dataSync()]);
              },
              { size: [ph, pw], stride: [sh, sw] },
            );
          },
        };
        const values = argumentsOf(f, seed);
        const [kernels, composed] = [true, false].map((use) =>
          under(use, () => ({ ...differentiate(f, values), moments: f.moments! })),
        );
        expect(kernels.value).toBeCloseTo(composed.value, 3);
        // A bias that no rectifier cuts off has no gradient but rounding, since the normalisation takes it away.
        const largest = Math.max(...composed.gradients.map((g) => Math.max(...g.map(Math.abs))));
        for (const [i, gradient] of composed.gradients.entries())
          expect(worst(kernels.gradients[i], gradient, largest), `gradient ${i}`).toBeLessThan(1e-4);
        for (const [i, moments] of composed.moments.entries())
          expect(worst(kernels.moments[i], moments), `moments ${i}`).toBeLessThan(1e-4);
      },
    ),
    { numRuns: 250 },
  );
}

describe.skipIf(!nativeInstalled)('on the native engine', () => {
  it('the kernels are compiled and used where they can be', ({ skip }) => {
    if (process.platform !== 'linux' || process.env.POLYTAG_KERNELS === '0') return skip();
    expect(compiled).toBe(true);
    expect(hasKernels()).toBe(true);
  });

  it('normalisation and pooling: values, gradients and moments are those of the operations one by one', () => {
    compareNormPool(fc.integer({ min: 1, max: 19 }), (kernels, compute) => {
      useKernels(kernels && compiled);
      return compute();
    });
  });

  it('sum, gates, pooling and ReLU: values and gradients are those of the operations one by one', () => {
    const shape = fc.record({
      batch: fc.integer({ min: 1, max: 4 }),
      h: fc.integer({ min: 1, max: 9 }),
      // More columns than one thread takes at a time.
      w: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 500, max: 800 })),
      c: fc.integer({ min: 1, max: 19 }),
    });
    const window = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(
        shape,
        fc.tuple(window, window),
        fc.constantFrom(1, 2, 3),
        fc.boolean(),
        fc.integer(),
        ({ batch, h, w, c }, pool, maps, relu, seed) => {
          fc.pre(pool[0] <= h && pool[1] <= w);
          const f: Differentiable = {
            shapes: [
              [batch, h, w, c],
              [batch, h, w, c],
              [batch, 1, 1, c],
            ].slice(0, maps),
            apply: (x, plus, gates) => sumPool(x as tf.Tensor4D, { plus, gates, pool, relu } as never),
          };
          const values = argumentsOf(f, seed);
          const under = (use: boolean): ReturnType<typeof differentiate> => {
            useKernels(use && compiled);
            return differentiate(f, values);
          };
          const before = tf.memory().numTensors;
          const [kernels, composed] = [under(true), under(false)];
          expect(tf.memory().numTensors).toBe(before);
          expect(kernels.value).toBeCloseTo(composed.value, 3);
          expect(kernels.gradients).toHaveLength(maps);
          for (const [i, gradient] of composed.gradients.entries())
            expect(worst(kernels.gradients[i], gradient), `gradient ${i}`).toBeLessThan(1e-4);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of equal values in a window of a sum, the first takes the gradient, as by the operations', () => {
    const gradient = (use: boolean): number[] => {
      useKernels(use && compiled);
      return tf.tidy(() => {
        const x = tf.tensor4d([1, 1, 0, 1, 1, 1, 3, 3, -2], [1, 1, 9, 1]);
        const f = (values: tf.Tensor): tf.Tensor =>
          sumPool(values as tf.Tensor4D, { pool: [1, 4], relu: true });
        return [...tf.grad(f)(x).dataSync()];
      });
    };
    expect(gradient(true)).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(gradient(false)).toEqual(gradient(true));
  });

  it('what is not a number stays visible behind a normalisation and a sum', () => {
    useKernels(compiled);
    const x = tf.tensor4d([1, Number.NaN, 3, 4], [1, 1, 4, 1]);
    const weights = { gamma: tf.ones([1]), beta: tf.zeros([1]), epsilon: 1e-3, relu: true } as never;
    const [normalised, summed] = tf.tidy(() =>
      [normPoolTraining(x, weights, () => {}), sumPool(x, { plus: x, relu: true })].map((y) => [
        ...y.dataSync(),
      ]),
    );
    x.dispose();
    expect(normalised.every(Number.isNaN)).toBe(true);
    expect(summed).toEqual([2, Number.NaN, 6, 8]);
  });

  it('the moments keep their digits where the mean is far from zero', () => {
    const x = tf.tidy(() =>
      tf.add(tf.randomNormal([4, 30, 20, 3], 0, 0.01, 'float32', 5), 1000),
    ) as tf.Tensor4D;
    const of = (use: boolean): number[] => {
      useKernels(use && compiled);
      let variance: number[] = [];
      tf.tidy(() =>
        normPoolTraining(x, { gamma: tf.ones([3]), beta: tf.zeros([3]), epsilon: 1e-3 }, (_, v) => {
          variance = [...v.dataSync()];
        }),
      );
      return variance;
    };
    const values = x.arraySync().flat(2);
    const exact = [0, 1, 2].map((c) => {
      const channel = values.map((row) => row[c]);
      const mean = channel.reduce((sum, v) => sum + v, 0) / channel.length;
      return channel.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (channel.length - 1);
    });
    const found = of(true);
    x.dispose();
    expect(worst(found, exact)).toBeLessThan(1e-3);
  });

  it('of equal values in a window, the first takes the gradient', () => {
    const gradient = tf.tidy(() => {
      const x = tf.tensor4d([1, 1, 0, 1, 1, 1, 3, 2], [1, 2, 4, 1]);
      const f = (values: tf.Tensor): tf.Scalar =>
        tf.sum(
          normPoolTraining(
            values as tf.Tensor4D,
            { gamma: tf.ones([1]), beta: tf.zeros([1]), epsilon: 1e-3 },
            () => {},
            { size: [2, 2], stride: [2, 2] },
          ),
        );
      return tf.grad(f)(x).dataSync();
    });
    // The share of the mean and the deviation is the same for equal values, so the window's gradient stands out.
    expect(gradient[0]).toBeGreaterThan(gradient[1] + 0.5);
    expect(gradient[1]).toBeCloseTo(gradient[4], 6);
    expect(gradient[1]).toBeCloseTo(gradient[5], 6);
  });

  it('convolution: gradients made of products are those of the operation', () => {
    const size = fc.integer({ min: 1, max: 8 });
    const taps = fc.integer({ min: 1, max: 4 });
    const shape = fc.record({
      batch: fc.integer({ min: 1, max: 3 }),
      h: size,
      w: size,
      c: fc.constantFrom(1, 2, 5, 16),
    });
    const kernel = fc.record({ kh: taps, kw: taps, o: fc.constantFrom(1, 3) });
    fc.assert(
      fc.property(
        shape,
        kernel,
        fc.constantFrom('same', 'valid'),
        fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
        fc.integer(),
        (x, { kh, kw, o }, padding, strides, seed) => {
          fc.pre(kh * kw <= 9 && kh <= x.h && kw <= x.w);
          // TensorFlow 2.21's gradient of a 1×1 kernel with strides of 1 and 2 is wrong: [1, 5, 8, 1] gives 2.98 for 1.72.
          fc.pre(kh * kw > 1 || strides[0] * strides[1] === 1);
          const f: Differentiable = {
            shapes: [
              [x.batch, x.h, x.w, x.c],
              [kh, kw, x.c, o],
            ],
            apply: (values, weights) =>
              conv2d(values as tf.Tensor4D, weights as tf.Tensor4D, padding as 'same', strides),
          };
          const values = argumentsOf(f, seed);
          const under = (use: boolean): ReturnType<typeof differentiate> => {
            useKernels(use && compiled, true);
            return differentiate(f, values);
          };
          const [products, operation] = [under(true), under(false)];
          expect(products.value).toBeCloseTo(operation.value, 3);
          for (const [i, gradient] of operation.gradients.entries())
            expect(worst(products.gradients[i], gradient), `gradient ${i}`).toBeLessThan(1e-5);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('Adam: weights after five steps with decay and a limit of the norm', () => {
    const after = (use: boolean): number[][] => {
      useKernels(use && compiled);
      const random = randomGenerator(3, 'adam');
      const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, () => random.normal());
      const shapes = [[7, 5], [5], [3, 3, 2, 4]];
      const variables = shapes.map((shape, i): [string, tf.Variable] => [
        i === 1 ? 'bias' : `${i}/kernel`,
        tf.tidy(() => tf.variable(tf.tensor(numbers(tf.util.sizeFromShape(shape)), shape))),
      ]);
      const optimizer = new Optimizer(optimizerSchema.parse({ weight_decay: 0.1 }), variables);
      for (let step = 0; step < 5; step++)
        tf.tidy(() =>
          optimizer.apply(
            shapes.map((shape) => tf.tensor(numbers(tf.util.sizeFromShape(shape)), shape)),
            1 / (step + 1),
            step % 2 === 0 ? 3 : null,
          ),
        );
      const state = [...optimizer.read().slots.values()].map(({ values }) => [...values]);
      const weights = variables.map(([, variable]) => [...variable.dataSync()]);
      optimizer.dispose();
      for (const [, variable] of variables) variable.dispose();
      return [...weights, ...state];
    };
    const before = tf.memory().numTensors;
    const [kernels, composed] = [after(true), after(false)];
    expect(tf.memory().numTensors).toBe(before);
    for (const [i, values] of composed.entries()) expect(worst(kernels[i], values)).toBeLessThan(1e-6);
  });

  it('dropout: the same elements as without kernels, forward and backward', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
        (size, rate, key) => {
          const under = (use: boolean): number[][] => {
            useKernels(use && compiled);
            return tf.tidy(() => {
              const x = tf.range(1, size + 1);
              const f = (values: tf.Tensor): tf.Tensor => dropoutOf(values, rate, key);
              return [[...f(x).dataSync()], [...tf.grad(f)(x).dataSync()]];
            });
          };
          const [kernels, composed] = [under(true), under(false)];
          for (const [i, values] of composed.entries()) {
            expect(kernels[i].map((v) => v === 0)).toEqual(values.map((v) => v === 0));
            expect(worst(kernels[i], values)).toBeLessThan(1e-6);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('on WebAssembly', () => {
  it('normalisation and pooling of channels in fours are those of the operations one by one', async () => {
    await loadEngine('wasm');
    expect([8, 9].map(hasNormPool)).toEqual([true, false]);
    const before = tf.memory().numTensors;
    compareNormPool(
      fc.integer({ min: 1, max: 5 }).map((n) => 4 * n),
      (kernels, compute) => (kernels ? compute() : composed(compute)),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('works on a memory that has grown, and keeps NaN', async () => {
    await loadEngine('wasm');
    const weights = { gamma: tf.ones([4]), beta: tf.zeros([4]), epsilon: 0 } as never;
    const normalised = (values: number[]): number[] =>
      tf.tidy(() => [...normPoolTraining(tf.tensor4d(values, [1, 1, 2, 4]), weights, () => {}).dataSync()]);
    const wanted = [-1, -1, -1, -1, 1, 1, 1, 1];
    expect(normalised([0, 0, 0, 0, 2, 4, 6, 8])).toEqual(wanted);
    tf.dispose(tf.zeros([80_000_000]));
    expect(normalised([0, 0, 0, 0, 2, 4, 6, 8])).toEqual(wanted);
    expect(normalised([0, 0, 0, 0, 2, Number.NaN, 6, 8]).map(Number.isNaN)).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
      false,
      false,
    ]);
    tf.dispose(Object.values(weights as Record<string, tf.Tensor>).filter((w) => w instanceof tf.Tensor));
  });
});

describe('philox', () => {
  it.each([[0, [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]]] as const)(
    'counter %i under key %j gives the published numbers',
    (counter, key, wanted) => {
      const out = new Uint32Array(4);
      philox(counter, key, out);
      expect([...out]).toEqual(wanted);
    },
  );

  it('keeps about the right part, and other parts under other keys', async () => {
    await loadEngine('wasm');
    const kept = (key: [number, number]): boolean[] =>
      tf.tidy(() => [...dropoutOf(tf.ones([40_000]), 0.3, key).dataSync()].map((v) => v > 0));
    const [a, b] = [kept([1, 2]), kept([1, 3])];
    const part = (values: boolean[]): number => values.filter(Boolean).length / values.length;
    expect(Math.abs(part(a) - 0.7)).toBeLessThan(0.01);
    expect(Math.abs(part(a.map((v, i) => v === b[i])) - 0.58)).toBeLessThan(0.01);
  });
});

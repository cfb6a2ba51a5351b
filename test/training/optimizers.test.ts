import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { clipByGlobalNorm, Optimizer, optimizerSchema } from '../../src/training/optimizers.js';
import { type Schedule, scheduleAt, scheduleSchema } from '../../src/training/schedules/index.js';
import { availableEngines } from '../engine/available.js';

/** Written by test/golden/make_schedules.py. */
const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'golden', 'schedules.json'), 'utf8'),
) as {
  start: number[];
  gradients: number[][];
  optimizers: [options: { kind: string; decay: string }, expected: number[][]][];
  one_cycle: [options: { kind: string }, expected: number[][]][];
};

const GRADIENTS = [
  [0.5, -2, 0],
  [-1, 0.25, 3],
  [0.1, 0.1, -0.1],
];

/** The weights after each step, with gradients that are given. */
function stepsOf(
  optimizer: Optimizer,
  variable: tf.Variable,
  gradients: number[][],
  rateFactor = 1,
): number[][] {
  return gradients.map((gradient) => {
    tf.tidy(() => optimizer.apply([tf.tensor1d(gradient)], rateFactor));
    return [...variable.dataSync()];
  });
}

/** Expects equality to the precision of float32. */
function expectClose(actual: number[][], expected: number[][]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, row] of expected.entries())
    for (const [j, value] of row.entries()) expect(actual[i][j]).toBeCloseTo(value, 5);
}

describe.each(availableEngines)('optimisers on %s', (engine) => {
  const variables: tf.Variable[] = [];
  const variable = (values: number[]): tf.Variable => {
    const made = tf.tidy(() => tf.variable(tf.tensor1d(values)));
    variables.push(made);
    return made;
  };
  beforeAll(async () => {
    await loadEngine(engine);
  });
  afterEach(() => {
    for (const made of variables.splice(0)) made.dispose();
  });

  it('makes the steps of Adam as published, with bias-corrected moments', () => {
    const rate = 0.1;
    const weights = variable([1, -1, 2]);
    const optimizer = new Optimizer(optimizerSchema.parse({ kind: 'adam', learning_rate: rate }), [
      ['w', weights],
    ]);
    const m = [0, 0, 0];
    const v = [0, 0, 0];
    const expected = [1, -1, 2];
    const trace = GRADIENTS.map((gradient, t) =>
      gradient.map((g, i) => {
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        const mHat = m[i] / (1 - 0.9 ** (t + 1));
        const vHat = v[i] / (1 - 0.999 ** (t + 1));
        expected[i] -= (rate * mHat) / (Math.sqrt(vHat) + 1e-8);
        return expected[i];
      }),
    );
    const steps = stepsOf(optimizer, weights, GRADIENTS);
    expectClose(steps, trace);
    // The first step has the length of the rate, whatever the gradient's size; no gradient, no step.
    expectClose([steps[0]], [[0.9, -0.9, 2]]);
    optimizer.dispose();
  });

  it("makes the steps of gradient descent with Nesterov's momentum", () => {
    const weights = variable([1, -1, 2]);
    const options = optimizerSchema.parse({ kind: 'sgd', learning_rate: 0.1, momentum: 0.5 });
    const optimizer = new Optimizer(options, [['w', weights]]);
    const velocity = [0, 0, 0];
    const expected = [1, -1, 2];
    const trace = GRADIENTS.map((gradient) =>
      gradient.map((g, i) => {
        velocity[i] = 0.5 * velocity[i] + g;
        expected[i] -= 0.1 * 0.5 * (g + 0.5 * velocity[i]);
        return expected[i];
      }),
    );
    expectClose(stepsOf(optimizer, weights, GRADIENTS, 0.5), trace);
    optimizer.dispose();
  });

  it('makes the steps of RMSProp', () => {
    const weights = variable([1, -1, 2]);
    const options = optimizerSchema.parse({ kind: 'rmsprop', learning_rate: 0.01 });
    const optimizer = new Optimizer(options, [['w', weights]]);
    const square = [0, 0, 0];
    const expected = [1, -1, 2];
    const trace = GRADIENTS.map((gradient) =>
      gradient.map((g, i) => {
        square[i] = 0.9 * square[i] + 0.1 * g * g;
        expected[i] -= (0.01 * g) / Math.sqrt(square[i] + 1e-8);
        return expected[i];
      }),
    );
    expectClose(stepsOf(optimizer, weights, GRADIENTS), trace);
    optimizer.dispose();
  });

  it('decays kernels apart from the gradient, and nothing else', () => {
    const kernel = variable([1, -1, 2]);
    const bias = variable([1, -1, 2]);
    const options = optimizerSchema.parse({ kind: 'adam', learning_rate: 0.1, weight_decay: 0.5 });
    const optimizer = new Optimizer(options, [
      ['layer/kernel', kernel],
      ['layer/bias', bias],
    ]);
    tf.tidy(() => optimizer.apply([tf.zeros([3]), tf.zeros([3])], 1));
    expectClose([[...kernel.dataSync()]], [[0.95, -0.95, 1.9]]);
    expect([...bias.dataSync()]).toEqual([1, -1, 2]);
    optimizer.dispose();
  });

  it.each(
    golden.optimizers.map(([options, expected]) => [options.kind, options.decay, options, expected] as const),
  )('makes the steps of PyTorch with %s and %s decay', (_kind, _decay, options, expected) => {
    const weights = variable(golden.start);
    const optimizer = new Optimizer(optimizerSchema.parse(options), [['kernel', weights]]);
    expectClose(stepsOf(optimizer, weights, golden.gradients), expected);
    optimizer.dispose();
  });

  it.each(golden.one_cycle.map(([options, expected]) => [options.kind, options, expected] as const))(
    'makes the steps of PyTorch with %s under one cycle, whose momentum moves',
    (_kind, options, expected) => {
      const weights = variable(golden.start);
      const optimizer = new Optimizer(optimizerSchema.parse(options), [['kernel', weights]]);
      const cycle: Schedule = scheduleSchema.parse('one-cycle');
      const steps = golden.gradients.map((gradient, step) => {
        const { rate, momentum } = scheduleAt(cycle, step, golden.gradients.length, 1);
        tf.tidy(() => optimizer.apply([tf.tensor1d(gradient)], rate, null, momentum));
        return [...weights.dataSync()];
      });
      expectClose(steps, expected);
      optimizer.dispose();
    },
  );

  it.each(['decoupled', 'l2'])('with %s decay of everything also takes from biases', (decay) => {
    const bias = variable([1, -1, 2]);
    const options = { kind: 'sgd', learning_rate: 0.1, weight_decay: 0.5, momentum: 0, decayed: 'all' };
    const optimizer = new Optimizer(optimizerSchema.parse({ ...options, decay }), [['layer/bias', bias]]);
    tf.tidy(() => optimizer.apply([tf.zeros([3])], 1));
    expectClose([[...bias.dataSync()]], [[0.95, -0.95, 1.9]]);
    optimizer.dispose();
  });

  it('adds the decay of kind l2 after clipping', () => {
    const kernel = variable([4]);
    const options = { kind: 'sgd', learning_rate: 0.1, weight_decay: 0.5, momentum: 0, decay: 'l2' };
    const optimizer = new Optimizer(optimizerSchema.parse(options), [['kernel', kernel]]);
    tf.tidy(() => optimizer.apply([tf.tensor1d([30])], 1, 1));
    expectClose([[...kernel.dataSync()]], [[4 - 0.1 * (1 + 0.5 * 4)]]);
    optimizer.dispose();
  });

  it.each(['adam', 'sgd', 'rmsprop'])(
    'gives each weight its own rate with %s, and clips all together',
    (kind) => {
      const own = (rates: number[], gradients: number[][], clip: number | null): number[][] => {
        const weights = gradients.map(() => variable([1, -1]));
        const named = weights.map((weight, i): [string, tf.Variable] => [`${i}/kernel`, weight]);
        const options = optimizerSchema.parse({ kind, learning_rate: 0.1, weight_decay: 0.2 });
        const optimizer = new Optimizer(options, named, rates);
        for (let i = 0; i < 2; i++)
          tf.tidy(() =>
            optimizer.apply(
              gradients.map((gradient) => tf.tensor1d(gradient)),
              1,
              clip,
            ),
          );
        const after = weights.map((weight) => [...weight.dataSync()]);
        optimizer.dispose();
        return after;
      };
      const gradients = [
        [3, 0],
        [0, 4],
        [0, 0],
      ];
      const factors = [1, 0.1, 1];
      const mixed = own(factors, gradients, 1);
      for (const [i, factor] of factors.entries())
        expectClose([mixed[i]], [own([factor, factor, factor], gradients, 1)[i]]);
      expect(mixed[1][1]).not.toBeCloseTo(own([1, 1, 1], gradients, 1)[1][1], 3);
    },
  );

  it('refuses a stored state that lacks a slot, naming the weight', () => {
    const optimizer = new Optimizer(optimizerSchema.parse({}), [['mel/kernel', variable([1])]]);
    expect(() => optimizer.write({ steps: 1, slots: new Map() })).toThrow(/state of mel\/kernel is missing/);
    optimizer.dispose();
  });

  describe('clipByGlobalNorm', () => {
    const clip = (gradients: number[][], limit: number): number[][] =>
      tf.tidy(() =>
        clipByGlobalNorm(
          gradients.map((values) => tf.tensor1d(values)),
          limit,
        ).map((tensor) => [...tensor.dataSync()]),
      );

    it('scales all gradients by one factor to the joint norm', () => {
      expectClose(clip([[3, 0], [4]], 1), [[0.6, 0], [0.8]]);
    });

    it('leaves gradients below the limit and at it as they are', () => {
      expect(clip([[3, 0], [4]], 5)).toEqual([[3, 0], [4]]);
      expect(clip([[3, 0], [4]], 50)).toEqual([[3, 0], [4]]);
    });

    it('gives zeros for zeros', () => {
      expect(clip([[0, 0], [0]], 1)).toEqual([[0, 0], [0]]);
    });
  });
});

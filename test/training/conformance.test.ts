/** What every optimiser, schedule and loss promises, on every engine. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { Optimizer, optimizerSchema } from '../../src/training/optimizers.js';
import { type Schedule, scheduleAt, scheduleSchema, schedules } from '../../src/training/schedules/index.js';
import { availableEngines } from '../engine/available.js';
import { kindsOf, LOSSES } from './losses/made-losses.js';

const GRADIENTS = [
  [0.5, -2, 0],
  [-1, 0.25, 3],
  [0.1, 0.1, -0.1],
];

describe.each(availableEngines)('on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  describe.each(kindsOf(optimizerSchema))('optimiser %s', (kind) => {
    const options = optimizerSchema.parse({ kind, learning_rate: 0.1 });
    const make = (values: number[]): { weights: tf.Variable; optimizer: Optimizer } => {
      const weights = tf.tidy(() => tf.variable(tf.tensor1d(values)));
      return { weights, optimizer: new Optimizer(options, [['w', weights]]) };
    };
    const step = ({ optimizer, weights }: ReturnType<typeof make>, gradient: number[]): number[] => {
      tf.tidy(() => optimizer.apply([tf.tensor1d(gradient)], 1));
      return [...weights.dataSync()];
    };
    const free = (...made: ReturnType<typeof make>[]): void => {
      for (const { optimizer, weights } of made) {
        optimizer.dispose();
        weights.dispose();
      }
    };

    it('goes against the gradient, and nowhere without one', () => {
      const made = make([1, -1, 2]);
      const [first, second, third] = step(made, GRADIENTS[0]);
      expect([first < 1, second > -1, third]).toEqual([true, true, 2]);
      free(made);
    });

    it('finds the minimum of a bowl', () => {
      const made = make([1, -1, 2]);
      let at = [1, -1, 2];
      for (let i = 0; i < 300; i++)
        at = step(
          made,
          at.map((x) => 0.2 * x),
        );
      for (const x of at) expect(Math.abs(x)).toBeLessThan(0.15);
      free(made);
    });

    it('continues from its stored state, to the bit', () => {
      const whole = make([1, -1, 2]);
      const expected = GRADIENTS.map((gradient) => step(whole, gradient));
      const before = make([1, -1, 2]);
      const after = make(step(before, GRADIENTS[0]));
      after.optimizer.write(before.optimizer.read());
      expect(GRADIENTS.slice(1).map((gradient) => step(after, gradient))).toEqual(expected.slice(1));
      free(whole, before, after);
    });

    it('leaves no tensor behind', () => {
      const before = tf.memory().numTensors;
      const made = make([1, -1, 2]);
      for (const gradient of GRADIENTS) step(made, gradient);
      free(made);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  describe.each(LOSSES)('loss %s', (_, { loss, exclusive }) => {
    const labels = [
      [1, 0, 0],
      [0, exclusive ? 0 : 1, 1],
    ];
    const logits = [
      [0.5, -2, 3],
      [0, 1.5, -0.25],
    ];
    const lossAt = (z: number[][], y = labels): number =>
      tf.tidy(() => loss(tf.tensor2d(y), tf.tensor2d(z)).dataSync()[0]);
    const gradientAt = (z: number[][]): number[] =>
      tf.tidy(() => [
        ...tf
          .grad((value) => loss(tf.tensor2d(labels), value as tf.Tensor2D))(tf.tensor2d(z))
          .dataSync(),
      ]);

    it('has the gradient that differences of its values have', () => {
      const [gradient, h] = [gradientAt(logits), 1e-2];
      for (let i = 0; i < 6; i++) {
        const moved = (by: number): number[][] =>
          logits.map((row, r) => row.map((z, c) => z + (3 * r + c === i ? by : 0)));
        expect(gradient[i]).toBeCloseTo((lossAt(moved(h)) - lossAt(moved(-h))) / (2 * h), 3);
      }
    });

    it('is nearly zero where the logits are right and sure, and large where they are wrong', () => {
      const sure = (sign: number): number[][] => labels.map((row) => row.map((y) => sign * (y ? 20 : -20)));
      expect(lossAt(sure(1))).toBeLessThan(1e-6);
      expect(lossAt(sure(-1))).toBeGreaterThan(5);
    });

    it('does not overflow', () => {
      for (const sign of [1, -1]) {
        const far = labels.map((row) => row.map((y) => sign * (y ? 1000 : -1000)));
        expect(Number.isFinite(lossAt(far))).toBe(true);
        expect(gradientAt(far).every(Number.isFinite)).toBe(true);
      }
    });

    it('is the mean over the batch', () => {
      const [first, second] = [0, 1].map((row) => lossAt([logits[row]], [labels[row]]));
      expect(lossAt(logits)).toBeCloseTo((first + second) / 2, 5);
    });
  });
});

/** Begins below the whole rate on purpose. */
const RISES: readonly string[] = ['one-cycle'];

describe.each(Object.keys(schedules))('schedule %s', (kind) => {
  const schedule: Schedule = scheduleSchema.parse({ kind });
  const [STEPS, EPOCHS] = [10, 40];
  const ratesOf = (of: Schedule, steps = STEPS, epochs = EPOCHS): number[] =>
    Array.from({ length: steps * epochs }, (_, step) => scheduleAt(of, step, steps, epochs).rate);
  const factors = ratesOf(schedule);

  it('begins with the whole rate, or rises to it, and ends no higher', () => {
    if (RISES.includes(kind)) expect(Math.max(...factors)).toBeCloseTo(1, 3);
    else expect(factors[0]).toBe(1);
    expect(factors.at(-1)).toBeLessThanOrEqual(factors[0]);
  });

  it('falls to the end after it was largest, and stays above zero and below the whole rate', () => {
    const top = factors.indexOf(Math.max(...factors));
    for (const [i, factor] of factors.entries()) {
      expect(factor).toBeGreaterThan(0);
      expect(factor).toBeLessThanOrEqual(1);
      if (i > top) expect(factor).toBeLessThanOrEqual(factors[i - 1]);
      else if (i > 0) expect(factor).toBeGreaterThanOrEqual(factors[i - 1]);
    }
  });

  it('keeps its momentum in [0, 1), where it moves one', () => {
    for (const step of [0, 100, 399]) {
      const { momentum = 0 } = scheduleAt(schedule, step, STEPS, EPOCHS);
      expect(momentum).toBeGreaterThanOrEqual(0);
      expect(momentum).toBeLessThan(1);
    }
  });

  it('is a number of the shortest training', () => {
    expect(ratesOf(schedule, 1, 1).every((factor) => factor > 0 && factor <= 1)).toBe(true);
  });

  it('rises linearly in a warm-up, and is itself afterwards', () => {
    const warm = scheduleSchema.parse({ kind, warmup_steps: 4 });
    const warmed = ratesOf(warm);
    for (const step of [0, 1, 2, 3]) expect(warmed[step]).toBeCloseTo(((step + 1) / 4) * factors[step], 12);
    expect(warmed.slice(4)).toEqual(factors.slice(4));
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import {
  categoricalCrossEntropy,
  lossOf,
  meanSquaredError,
  penalisedBinaryCrossEntropy,
  requireUsedPenalty,
} from '../../src/training/loss.js';
import { availableEngines } from '../engine/available.js';

const LOGITS = [
  [0.5, -2, 3],
  [0, 1.5, -0.25],
];
const LABELS = [
  [1, 0, 1],
  [0, 0, 1],
];
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** The loss and its gradient by the logits. */
function lossAndGradient(logits: number[][], labels: number[][], alpha: number): [number, number[]] {
  return tf.tidy(() => {
    const y = tf.tensor2d(labels);
    const { value, grad } = tf.valueAndGrad((z) => penalisedBinaryCrossEntropy(y, z as tf.Tensor2D, alpha))(
      tf.tensor2d(logits),
    );
    return [value.dataSync()[0], [...grad.dataSync()]];
  });
}

describe.each(availableEngines)('losses on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each([1, 2, 0.5])('is -(α y log p + (1 - y) log(1 - p)) with its gradient for α = %s', (alpha) => {
    const flat = LOGITS.flatMap((row, i) => row.map((z, j) => ({ p: sigmoid(z), y: LABELS[i][j] })));
    const expected = flat.reduce(
      (sum, { p, y }) => sum - alpha * y * Math.log(p) - (1 - y) * Math.log(1 - p),
      0,
    );
    const [value, gradient] = lossAndGradient(LOGITS, LABELS, alpha);
    expect(value).toBeCloseTo(expected / flat.length, 6);
    for (const [i, { p, y }] of flat.entries())
      expect(gradient[i]).toBeCloseTo((-alpha * y * (1 - p) + (1 - y) * p) / flat.length, 6);
  });

  it('neither overflows nor loses its gradient at logits of ±1000', () => {
    const [value, gradient] = lossAndGradient([[1000, -1000, 1000, -1000]], [[1, 1, 0, 0]], 2);
    expect(value).toBeCloseTo((0 + 2000 + 1000 + 0) / 4, 2);
    expect(gradient).toEqual([0, -0.5, 0.25, 0].map((x) => expect.closeTo(x, 6)));
  });

  it('is the mean of -log softmax at the true class', () => {
    const classes = [
      [0, 1, 0],
      [1, 0, 0],
    ];
    const expected = LOGITS.map((row, i) => {
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      return -Math.log(Math.exp(row[classes[i].indexOf(1)]) / total);
    });
    const value = tf.tidy(
      () => categoricalCrossEntropy(tf.tensor2d(classes), tf.tensor2d(LOGITS)).dataSync()[0],
    );
    expect(value).toBeCloseTo((expected[0] + expected[1]) / 2, 6);
    const large = tf.tidy(
      () => categoricalCrossEntropy(tf.tensor2d([[0, 1]]), tf.tensor2d([[1000, -1000]])).dataSync()[0],
    );
    expect(large).toBeCloseTo(2000, 2);
  });
});

describe('a penalty in a classification', () => {
  it('is refused, because it would change nothing; the default, and another task, are not', () => {
    expect(() => requireUsedPenalty('classification', { alpha: 3 })).toThrow(
      /^loss\.alpha: the penalty on missed positives is for tags/,
    );
    expect(() => requireUsedPenalty('classification', { alpha: 1 })).not.toThrow();
    expect(() => requireUsedPenalty('classification', {})).not.toThrow();
    expect(() => requireUsedPenalty('tagging', { alpha: 3 })).not.toThrow();
  });
});

describe.each(availableEngines)('the squared error of numbers on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  const TRUTH = [
    [1, Number.NaN],
    [-2, 0.5],
  ];
  const OUTPUTS = [
    [0.5, 7],
    [-1, 0.5],
  ];

  it('is the mean over the targets that are known, with its gradient', () => {
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((z) => meanSquaredError(tf.tensor2d(TRUTH), z as tf.Tensor2D))(
        tf.tensor2d(OUTPUTS),
      );
      return [value.dataSync()[0], [...grad.dataSync()]];
    });
    expect(value).toBeCloseTo((0.25 + 1) / 3, 6);
    for (const [i, expected] of [-1 / 3, 0, 2 / 3, 0].entries()) expect(gradient[i]).toBeCloseTo(expected, 6);
  });

  it('is 0, with a gradient of 0, where nothing is known', () => {
    const [value, gradient] = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((z) =>
        meanSquaredError(tf.fill([2, 2], Number.NaN) as tf.Tensor2D, z as tf.Tensor2D),
      )(tf.tensor2d(OUTPUTS));
      return [value.dataSync()[0], [...grad.dataSync()]];
    });
    expect([value, gradient]).toEqual([0, [0, 0, 0, 0]]);
  });

  it('is of targets standardised by the training split', () => {
    const scale = { means: [10, 0], deviations: [2, 1] };
    const value = tf.tidy(
      () => lossOf('regression', {}, { scale })(tf.tensor2d([[14, 1]]), tf.tensor2d([[1, 1]])).dataSync()[0],
    );
    expect(value).toBeCloseTo(0.5, 6);
  });
});

it('refuses a loss of labels for numbers, and a penalty on missed positives', () => {
  expect(() => lossOf('regression', { kind: 'focal' })).toThrow(/loss\.kind: "focal" is for tagging/);
  expect(() => lossOf('tagging', { kind: 'squared-error' })).toThrow(/is for regression/);
  expect(() => requireUsedPenalty('regression', { alpha: 2 })).toThrow(/task is regression/);
});

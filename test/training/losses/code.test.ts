/** Terms of the loss for a hash code, by hand. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import {
  balanceLoss,
  codeLoss,
  quantisationLoss,
  requireCode,
  similarityLoss,
} from '../../../src/training/losses/code.js';
import { trainingLoss } from '../../../src/training/losses/index.js';

beforeAll(async () => {
  await loadEngine();
});

const CODE = [
  [1, 0],
  [0.5, 0],
  [0.75, 0],
];
const TARGETS = [
  [1, 0],
  [0, 1],
  [1, 1],
];
/** u = 2q - 1 and Θ = ½ uᵀu′ of each pair: (1, -1)·(0, -1), (1, -1)·(½, -1), (0, -1)·(½, -1), halved. */
const THETAS = [0.5, 0.75, 0.5];
const SHARED = [0, 1, 1];

const value = (scalar: tf.Scalar | null): number => scalar!.dataSync()[0];

it('equals the sums by hand', () => {
  tf.tidy(() => {
    const [code, targets] = [tf.tensor2d(CODE), tf.tensor2d(TARGETS)];
    // |u| of the bits: 1, 1, 0, 1, ½, 1.
    expect(value(quantisationLoss(code))).toBeCloseTo((1 + 0.25) / 6, 6);
    // Means of u: ½ and -1.
    expect(value(balanceLoss(code))).toBeCloseTo((0.25 + 1) / 2, 6);
    const pairs = THETAS.map((theta, i) => Math.log1p(Math.exp(theta)) - SHARED[i] * theta);
    const similarity = pairs.reduce((sum, pair) => sum + pair, 0) / 3;
    expect(value(similarityLoss(targets, code))).toBeCloseTo(similarity, 6);
    const weights = { quantisation: 2, balance: 3, similarity: 0.5 };
    const sum = (2 * 1.25) / 6 + (3 * 1.25) / 2 + 0.5 * similarity;
    expect(value(codeLoss(weights, targets, code))).toBeCloseTo(sum, 5);
    const logits = tf.tensor2d([[0], [0], [0]]);
    const plain = () => tf.scalar(7);
    expect(value(trainingLoss(plain, targets, { logits, code }, weights))).toBeCloseTo(7 + sum, 5);
    expect(value(trainingLoss(plain, targets, { logits, code }))).toBe(7);
  });
});

it('is nothing without weights, and without pairs', () => {
  tf.tidy(() => {
    const code = tf.tensor2d([[0.3, 0.6]]);
    expect(codeLoss({ quantisation: 0, balance: 0, similarity: 0 }, tf.tensor2d([[1]]), code)).toBeNull();
    expect(value(similarityLoss(tf.tensor2d([[1]]), code))).toBe(0);
  });
});

it('is refused for a model without a code', () => {
  const weights = { quantisation: 1, balance: 0, similarity: 0 };
  expect(() => requireCode({ baseline: {} as never }, weights)).toThrow(
    'loss.code: the model has no hash code; add model.hash, or remove the key.',
  );
  expect(() => requireCode({ baseline: {} as never }, undefined)).not.toThrow();
});

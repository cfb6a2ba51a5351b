import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { elu, relu, tanh } from '../../src/engine/ops/activations.js';
import { batchNormTraining, normPoolTraining } from '../../src/engine/ops/batch-norm.js';
import { biasAdd } from '../../src/engine/ops/bias-add.js';
import { conv2d } from '../../src/engine/ops/conv.js';
import { gru } from '../../src/engine/ops/gru.js';
import { lstm } from '../../src/engine/ops/lstm.js';
import { meanAlong } from '../../src/engine/ops/mean.js';
import { sumPool } from '../../src/engine/ops/sum-pool.js';
import { mixLogits } from '../../src/models/fusion/late-average.js';
import { attentionPool } from '../../src/models/fusion/self-attention.js';
import { InputImage } from '../../src/models/layers/input-image.js';
import { maxOverTime, meanOverTime } from '../../src/models/layers/pooling.js';
import { categoricalCrossEntropy } from '../../src/training/losses/classes.js';
import { balanceLoss, quantisationLoss, similarityLoss } from '../../src/training/losses/code.js';
import { penalisedBinaryCrossEntropy } from '../../src/training/losses/tags.js';
import { isMissing } from '../requirements.js';
import { availableEngines } from './available.js';
import { argumentsOf, type Differentiable, differences, differentiate } from './gradients.js';

const mask = (): tf.Tensor2D =>
  tf.tensor2d([
    [1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1],
  ]);
const oneHot = (): tf.Tensor2D =>
  tf.tensor2d([
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ]);

/** Everything that training differentiates. */
const operations: Record<string, Differentiable> = {
  'conv2d same': {
    shapes: [
      [2, 7, 6, 3],
      [3, 3, 3, 4],
    ],
    apply: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  },
  'conv2d same, even kernel': {
    shapes: [
      [2, 1, 9, 3],
      [1, 4, 3, 2],
    ],
    apply: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  },
  'conv2d valid, stride 2': {
    shapes: [
      [2, 8, 7, 2],
      [3, 2, 2, 3],
    ],
    apply: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'valid'),
  },
  'conv2d same, stride 3': {
    shapes: [
      [1, 10, 8, 2],
      [3, 3, 2, 2],
    ],
    apply: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 3, 'same'),
  },
  'max-pooling 2×2, odd size': {
    shapes: [[2, 7, 5, 3]],
    apply: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'),
  },
  'max-pooling 1×3': {
    shapes: [[2, 1, 11, 3]],
    apply: (x) => tf.maxPool(x as tf.Tensor4D, [1, 3], [1, 3], 'valid'),
  },
  'convolution with strides of 2 and 1': {
    shapes: [
      [2, 8, 7, 2],
      [3, 2, 2, 3],
    ],
    apply: (x, w) => conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 'same', [2, 1]),
  },
  'gated sum, pooling and ReLU': {
    shapes: [
      [2, 5, 7, 3],
      [2, 5, 7, 3],
      [2, 1, 1, 3],
    ],
    apply: (x, y, g) => sumPool(x as tf.Tensor4D, { plus: y, gates: g, pool: [2, 3], relu: true } as never),
  },
  'mean along a dimension': { shapes: [[2, 3, 5, 4]], apply: (x) => meanAlong(x, 2) },
  elu: { shapes: [[4, 5]], apply: (x) => elu(x) },
  relu: { shapes: [[4, 5]], apply: (x) => relu(x) },
  tanh: { shapes: [[4, 5]], apply: (x) => tanh(x) },
  'bias add': { shapes: [[2, 3, 4, 5], [5]], apply: (x, b) => biasAdd(x, b as tf.Tensor1D) },
  'batch normalisation, rank 4': {
    shapes: [[3, 4, 2, 3], [3], [3]],
    apply: (x, g, b) => batchNormTraining(x, g as tf.Tensor1D, b as tf.Tensor1D, 1e-3, () => {}),
  },
  'batch normalisation, rank 2': {
    shapes: [[6, 4], [4], [4]],
    apply: (x, g, b) => batchNormTraining(x, g as tf.Tensor1D, b as tf.Tensor1D, 1e-3, () => {}),
  },
  'batch normalisation and max-pooling': {
    shapes: [[3, 5, 4, 3], [3], [3]],
    apply: (x, g, b) =>
      normPoolTraining(
        x as tf.Tensor4D,
        { gamma: g as tf.Tensor1D, beta: b as tf.Tensor1D, epsilon: 1e-3 },
        () => {},
        { size: [2, 2], stride: [2, 2] },
      ),
  },
  'ReLU, batch normalisation of channels in fours and max-pooling': {
    shapes: [[3, 5, 4, 4], [4], [4], [4]],
    apply: (x, gamma, beta, bias) =>
      normPoolTraining(
        x as tf.Tensor4D,
        { gamma, beta, bias, epsilon: 1e-3, relu: true } as never,
        () => {},
        { size: [2, 2], stride: [1, 2] },
      ),
  },
  'convolution of the normalised image': {
    shapes: [[1], [1], [3, 2, 1, 4]],
    apply(gamma, beta, kernel) {
      const normal = tf.tensor4d(
        Float32Array.from({ length: 60 }, (_, i) => Math.sin(i * i)),
        [2, 6, 5, 1],
      );
      const values = tf.add(tf.mul(normal, gamma), beta) as tf.Tensor4D;
      const weights = { gamma: gamma as tf.Tensor1D, beta: beta as tf.Tensor1D };
      const image = new InputImage(values, { normal, ones: tf.ones([1, 6, 5, 1]), ...weights });
      return tf.concat([
        tf.reshape(image.padRows(1, 2).convolve(kernel as tf.Tensor4D, 'valid'), [-1]),
        tf.reshape(image.convolve(kernel as tf.Tensor4D, 'same'), [-1]),
      ]);
    },
  },
  'terms of a hash code': {
    shapes: [[3, 5]],
    apply: (z) => {
      const code = tf.sigmoid(z as tf.Tensor2D);
      return tf.stack([quantisationLoss(code), balanceLoss(code), similarityLoss(oneHot(), code)]);
    },
  },
  gru: {
    shapes: [
      [3, 2, 4],
      [4, 9],
      [3, 9],
      [2, 9],
    ],
    apply: (x, w, u, b) => gru(x as tf.Tensor3D, w as tf.Tensor2D, u as tf.Tensor2D, b as tf.Tensor2D),
  },
  lstm: {
    shapes: [[6, 3, 5], [9, 16], [16]],
    spread: 0.5,
    apply: (x, w, b) => lstm(x as tf.Tensor3D, w as tf.Tensor2D, b as tf.Tensor1D),
  },
  'embedding look-up': {
    shapes: [[6, 4]],
    apply: (table) =>
      tf.gather(
        table,
        tf.tensor2d(
          [
            [0, 3, 3],
            [5, 1, 3],
          ],
          undefined,
          'int32',
        ),
      ),
  },
  'self-attention pooling': {
    shapes: [
      [2, 5, 4],
      [4, 6],
      [6, 3],
    ],
    apply: (x, w1, w2) =>
      attentionPool(
        x as tf.Tensor3D,
        w1 as tf.Tensor2D,
        w2 as tf.Tensor2D,
        tf.mul(tf.sub(1, mask()), -1e9) as tf.Tensor2D,
      ).pooled,
  },
  'mean over time': { shapes: [[2, 5, 3]], apply: (x) => meanOverTime(x as tf.Tensor3D, mask()) },
  'maximum over time': { shapes: [[2, 5, 3]], apply: (x) => maxOverTime(x as tf.Tensor3D, mask()) },
  'late average, sigmoid': {
    shapes: [[3, 3], [3, 3], [2]],
    apply: (a, b, w) => mixLogits([a, b] as tf.Tensor2D[], tf.logSoftmax(w as tf.Tensor1D), 'sigmoid'),
  },
  'late average, softmax': {
    shapes: [[3, 3], [3, 3], [2]],
    apply: (a, b, w) => mixLogits([a, b] as tf.Tensor2D[], tf.logSoftmax(w as tf.Tensor1D), 'softmax'),
  },
  'penalised binary cross-entropy': {
    shapes: [[3, 3]],
    apply: (z) => penalisedBinaryCrossEntropy(oneHot(), z as tf.Tensor2D, 3),
  },
  'categorical cross-entropy': {
    shapes: [[3, 3]],
    apply: (z) => categoricalCrossEntropy(oneHot(), z as tf.Tensor2D),
  },
};

describe.each(availableEngines)('gradients on engine %s', (engine) => {
  it.each(Object.keys(operations))(
    '%s agrees with finite differences and leaves no tensor behind',
    async (name) => {
      await loadEngine(engine);
      const f = operations[name];
      const values = argumentsOf(f);
      const { gradients } = differentiate(f, values);
      const before = tf.memory().numTensors;
      for (const [argument, element, quotient] of differences(f, values)) {
        const error = Math.abs(gradients[argument][element] - quotient);
        expect(
          error,
          `argument ${argument}, element ${element}: ${gradients[argument][element]} and ${quotient}`,
        ).toBeLessThan(0.01 * Math.max(1, Math.abs(quotient)));
      }
      differentiate(f, values);
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});

describe.skipIf(await isMissing('native engine'))('both engines', () => {
  it.each(Object.keys(operations))('give the same value and gradients: %s', async (name) => {
    const f = operations[name];
    const values = argumentsOf(f, 11);
    await loadEngine('tensorflow');
    const native = differentiate(f, values);
    await loadEngine('wasm');
    const wasm = differentiate(f, values);
    expect(Math.abs(native.value - wasm.value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(native.value)));
    native.gradients.forEach((gradient, i) => {
      const scale = Math.max(1, ...gradient.map(Math.abs));
      const largest = Math.max(...gradient.map((g, j) => Math.abs(g - wasm.gradients[i][j])));
      expect(largest / scale).toBeLessThan(2e-5);
    });
  });
});

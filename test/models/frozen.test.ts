/** Layers with batch normalisation that are frozen: they compute in training what they do in evaluation, and keep their statistics. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { batchNorm } from '../../src/models/layers/batch-norm.js';
import { convBlock } from '../../src/models/layers/conv-block.js';
import { convNorm, denseNorm } from '../../src/models/layers/conv-norm.js';
import { inputImage } from '../../src/models/layers/input-image.js';
import { type ForwardMode, INFERENCE } from '../../src/models/layers/training.js';
import { Parameters } from '../../src/models/parameters.js';
import { availableEngines } from '../engine/available.js';

const TRAINING: ForwardMode = { training: true, random: randomGenerator(1) };

/** Numbers that a place decides. */
const numbers = (count: number, start: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(start + 2.3 * i));

type Layer = (x: tf.Tensor4D, mode: ForwardMode) => tf.Tensor;

const LAYERS: Record<string, (parameters: Parameters) => Layer> = {
  'a convolution, normalised, of an image that is normalised': (parameters) => {
    const image = inputImage(parameters, 'image');
    const conv = convNorm(parameters, 'conv', { size: [3, 3], inputs: 1, outputs: 3, pool: [2, 2] });
    return (x, mode) => conv(image(x, mode), mode);
  },
  'a convolution, rectified, normalised and pooled': (parameters) =>
    convBlock(parameters, 'conv', {
      ...{ size: [3, 3], inputs: 1, outputs: 3, padding: 'same' },
      pool: { size: [2, 2], stride: [2, 2] },
    }),
  'a convolution, rectified and normalised': (parameters) =>
    convBlock(parameters, 'conv', { size: [3, 3], inputs: 1, outputs: 3, padding: 'valid' }),
  'a dense layer, normalised': (parameters) => {
    const layer = denseNorm(parameters, 'dense', 6, 3);
    return (x, mode) => layer(tf.reshape(x, [-1, 6]), mode);
  },
  'a normalisation with a mask': (parameters) => {
    const norm = batchNorm(parameters, 'norm', 6);
    return (x, mode) => norm(tf.reshape(x, [-1, 4, 6]), mode, tf.ones([1, 4, 1]));
  },
};

describe.each(availableEngines)('frozen on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(Object.entries(LAYERS))('%s', (_, make) => {
    const before = tf.memory().numTensors;
    const parameters = new Parameters(1);
    const layer = make(parameters);
    // Weights and statistics of a trained layer, negative scales among them.
    const trained = [...parameters.read()].map(([name, { shape, values }], i) => {
      const drawn = Float32Array.from(numbers(values.length, i));
      return [
        name,
        { shape, values: name.endsWith('variance') ? drawn.map((x) => 1 + x * x) : drawn },
      ] as const;
    });
    parameters.write(new Map(trained));
    const names = [...parameters.read().keys()];
    parameters.freeze(names.filter((name) => !name.endsWith('kernel')));
    const kernels = parameters.trainableVariables().map(([, kernel]) => kernel);
    const result = (mode: ForwardMode): number[][] =>
      tf.tidy(() => {
        const x = tf.tensor4d(numbers(2 * 4 * 6, 5), [2, 4, 6, 1]);
        const y = layer(x, mode);
        if (kernels.length === 0) return [[...y.dataSync()]];
        const { grads } = tf.variableGrads(() => tf.sum(tf.square(layer(x, mode))) as tf.Scalar, kernels);
        return [y, ...kernels.map(({ name }) => grads[name])].map((tensor) => [...tensor.dataSync()]);
      });
    const [evaluated, training] = [result(INFERENCE), result(TRAINING)];
    for (const [i, values] of evaluated.entries())
      for (const [j, value] of values.entries()) expect(training[i][j]).toBeCloseTo(value, 3);
    expect(parameters.read()).toEqual(new Map(trained));
    parameters.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

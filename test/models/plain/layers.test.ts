/** Each plain layer against the engine's operations, values and gradients, and against finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { batchNormTraining } from '../../../src/engine/ops/batch-norm.js';
import type { NumberArray, PlainLayer, PlainLayerKind, PlainMode } from '../../../src/models/plain/layer.js';
import { sizeOf } from '../../../src/models/plain/layer.js';
import { type PlainLayerName, plainLayers } from '../../../src/models/plain/network.js';
import { availableEngines } from '../../engine/available.js';

const BATCH = 3;
const RATE = 0.4;

/** A layer, and what the engine makes of the same input and weights. */
interface Case {
  kind: PlainLayerName;
  options?: object;
  shape: number[];
  /** Shapes of the layer's weights. */
  weights?: number[][];
  reference(x: tf.Tensor, ...weights: tf.Tensor[]): tf.Tensor;
}

const conv =
  (padding: 'same' | 'valid') =>
  (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, padding), b);

/** The mask of the layer's generator. */
function dropped(x: tf.Tensor): tf.Tensor {
  const random = randomGenerator(9, 'dropout');
  const mask = Float32Array.from({ length: x.size }, () => (random.uniform() < RATE ? 0 : 1 / (1 - RATE)));
  return tf.mul(x, tf.tensor(mask, x.shape));
}

const cases: Record<string, Case> = {
  input: { kind: 'input', shape: [4, 3], reference: (x) => tf.clone(x) },
  flatten: { kind: 'flatten', shape: [4, 3, 2], reference: (x) => tf.reshape(x, [BATCH, 24]) },
  dense: {
    kind: 'dense',
    options: { units: 4 },
    shape: [5],
    weights: [[5, 4], [4]],
    reference: (x, w, b) => tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b),
  },
  'conv2d, same': {
    kind: 'conv2d',
    options: { filters: 3, size: [3, 3] },
    shape: [5, 6, 2],
    weights: [[3, 3, 2, 3], [3]],
    reference: conv('same'),
  },
  'conv2d, same, even kernel': {
    kind: 'conv2d',
    options: { filters: 2, size: [2, 4] },
    shape: [5, 6, 1],
    weights: [[2, 4, 1, 2], [2]],
    reference: conv('same'),
  },
  'conv2d, valid': {
    kind: 'conv2d',
    options: { filters: 3, size: [3, 2], padding: 'valid' },
    shape: [5, 6, 2],
    weights: [[3, 2, 2, 3], [3]],
    reference: conv('valid'),
  },
  'maxPool, with a rest': {
    kind: 'maxPool',
    options: { size: [2, 3] },
    shape: [5, 7, 2],
    reference: (x) => tf.maxPool(x as tf.Tensor4D, [2, 3], [2, 3], 'valid'),
  },
  'dropout, training': { kind: 'dropout', options: { rate: RATE }, shape: [6, 4], reference: dropped },
  'batchNorm, training': {
    kind: 'batchNorm',
    shape: [4, 3, 2],
    weights: [[2], [2]],
    reference: (x, gamma, beta) =>
      batchNormTraining(x, gamma as tf.Tensor1D, beta as tf.Tensor1D, 1e-3, () => {}),
  },
  ...Object.fromEntries(
    Object.entries({ relu: tf.relu, sigmoid: tf.sigmoid, tanh: tf.tanh, elu: tf.elu }).map(
      ([name, reference]): [string, Case] => [
        name,
        { kind: 'activation', options: { function: name }, shape: [5, 2], reference: (x) => reference(x) },
      ],
    ),
  ),
};

const build = ({ kind, options = {}, shape }: Case): PlainLayer =>
  (plainLayers[kind] as PlainLayerKind<unknown>)(options, shape, randomGenerator(3, 'weights'));

const training = (): PlainMode => ({ training: true, random: randomGenerator(9, 'dropout') });

const normals = (count: number, ...name: string[]): Float64Array => {
  const random = randomGenerator(5, ...name);
  return Float64Array.from({ length: count }, () => random.normal());
};

/** A layer with drawn weights, its input, and the gradient that comes back to it. */
function prepare(one: Case): { layer: PlainLayer; x: NumberArray; dy: NumberArray } {
  const layer = build(one);
  for (const { name, values } of layer.weights) values.set(normals(values.length, name));
  const x = { shape: [BATCH, ...one.shape], values: normals(BATCH * sizeOf(one.shape), 'x') };
  const dy = { shape: [BATCH, ...layer.shape], values: normals(BATCH * sizeOf(layer.shape), 'dy') };
  return { layer, x, dy };
}

const expectClose = (own: ArrayLike<number>, other: ArrayLike<number>, within: number): void => {
  expect(own.length).toBe(other.length);
  for (let i = 0; i < own.length; i++)
    expect(Math.abs(own[i] - other[i]), `number ${i}: ${own[i]}, ${other[i]}`).toBeLessThan(
      within * (1 + Math.abs(other[i])),
    );
};

it('has a case for every kind of layer', () => {
  expect(new Set(Object.values(cases).map(({ kind }) => kind))).toEqual(new Set(Object.keys(plainLayers)));
});

describe.each(availableEngines)('plain layers on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(Object.entries(cases))('%s: values and gradients of the engine, within 1e-5', (_, one) => {
    const { layer, x, dy } = prepare(one);
    const y = layer.forward(x, training());
    const dx = layer.backward(dy);
    tf.tidy(() => {
      const args = [
        tf.tensor([...x.values], [...x.shape]),
        ...layer.weights.map(({ values }, i) => tf.tensor([...values], one.weights![i])),
      ];
      const reference = one.reference(args[0], ...args.slice(1));
      expect(y.shape).toEqual(reference.shape);
      expectClose(y.values, reference.dataSync(), 1e-5);
      const gradient = tf.tensor([...dy.values], [...dy.shape]);
      const gradients = tf.grads((...given) => one.reference(given[0], ...given.slice(1)))(args, gradient);
      expect(dx.shape).toEqual(x.shape);
      for (const [i, own] of [dx.values, ...layer.weights.map((weight) => weight.gradient)].entries())
        expectClose(own, gradients[i].dataSync(), 1e-5);
    });
  });
});

describe('by finite differences', () => {
  it.each(Object.entries(cases))('%s', (_, one) => {
    const { layer, x, dy } = prepare(one);
    const loss = (): number =>
      layer.forward(x, training()).values.reduce((sum, value, i) => sum + value * dy.values[i], 0);
    loss();
    const dx = layer.backward(dy).values;
    const step = 1e-6;
    const check = (values: Float64Array, gradient: Float64Array): void => {
      const differences = values.map((value, i) => {
        values[i] = value + step;
        const above = loss();
        values[i] = value - step;
        const below = loss();
        values[i] = value;
        return (above - below) / (2 * step);
      });
      expectClose(gradient, differences, 1e-7);
    };
    const gradients = layer.weights.map(({ gradient }) => gradient.slice());
    check(x.values, dx.slice());
    for (const [i, { values }] of layer.weights.entries()) check(values, gradients[i]);
  });
});

describe('in evaluation', () => {
  it('dropout changes nothing', () => {
    const { layer, x } = prepare(cases['dropout, training']);
    expect(layer.forward(x, { training: false }).values).toEqual(x.values);
  });

  it('batch normalisation takes the running averages, whose variance is the unbiased one', () => {
    const { layer } = prepare({ ...cases['batchNorm, training'], shape: [1] });
    layer.weights[0].values.fill(1);
    layer.weights[1].values.fill(0);
    const x = { shape: [3, 1], values: Float64Array.of(1, 2, 6) };
    layer.forward(x, training());
    expectClose(layer.state.mean, [0.3], 1e-12);
    expectClose(layer.state.variance, [0.9 + 0.1 * 7], 1e-12);
    const sigma = Math.sqrt(1.6 + 1e-3);
    expectClose(
      layer.forward(x, { training: false }).values,
      [1, 2, 6].map((value) => (value - 0.3) / sigma),
      1e-12,
    );
    expectClose(
      layer.backward({ shape: [3, 1], values: Float64Array.of(1, 0, 2) }).values,
      [1 / sigma, 0, 2 / sigma],
      1e-12,
    );
  });
});

describe('errors', () => {
  it('a layer that does not fit, a batch of another shape and backward without forward are named', () => {
    const random = randomGenerator(1);
    expect(() =>
      plainLayers.conv2d({ filters: 1, size: [9, 9], padding: 'valid' }, [4, 4, 1], random),
    ).toThrow('A kernel of 9 × 9 does not fit into 4 × 4; pad with "same".');
    expect(() => plainLayers.maxPool({ size: [5, 5] }, [4, 4, 1], random)).toThrow(
      'A pooling of 5 × 5 leaves nothing of 4 × 4; pool less.',
    );
    const input = plainLayers.input({}, [2], random);
    expect(() => input.forward({ shape: [1, 3], values: new Float64Array(3) }, { training: false })).toThrow(
      'The network takes examples of shape [2], not [3].',
    );
    const dense = plainLayers.dense({ units: 1 }, [2], random);
    expect(() => dense.backward({ shape: [1, 1], values: new Float64Array(1) })).toThrow(
      'needs the forward()',
    );
  });
});

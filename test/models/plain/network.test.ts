/** Loss, optimiser, data generator and whole plain networks: against the engine, and saved and gone on with. */
import { readdirSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { categoricalAccuracy, softmaxCrossEntropy } from '../../../src/models/plain/cross-entropy.js';
import { dataGenerator, type ExampleSource } from '../../../src/models/plain/data-generator.js';
import { weightOf } from '../../../src/models/plain/layer.js';
import { PlainNetwork, type PlainNetworkSpec } from '../../../src/models/plain/network.js';
import { rmsProp } from '../../../src/models/plain/rmsprop.js';
import { loadPlainNetwork, savePlainNetwork } from '../../../src/models/plain/stored.js';
import { Optimizer, optimizerSchema } from '../../../src/training/optimizers.js';
import { availableEngines } from '../../engine/available.js';

/** Horizontal and vertical stripes with noise. */
const stripes: ExampleSource = {
  count: 50,
  shape: [8, 8, 1],
  read(index) {
    const random = randomGenerator(1, 'stripes', index);
    const kind = index % 2;
    const values = Float32Array.from(
      { length: 64 },
      (_, i) => ((kind ? i >> 3 : i) % 2) + 0.3 * random.normal(),
    );
    return { values, class: kind };
  },
};

const spec: PlainNetworkSpec = {
  shape: [8, 8, 1],
  layers: [
    { kind: 'input' },
    { kind: 'conv2d', filters: 4, size: [3, 3] },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool', size: [2, 2] },
    { kind: 'batchNorm' },
    { kind: 'flatten' },
    { kind: 'dense', units: 8 },
    { kind: 'activation', function: 'tanh' },
    { kind: 'dropout', rate: 0.3 },
    { kind: 'dense', units: 2 },
  ],
  learningRate: 0.01,
  seed: 4,
};

async function trainTo(network: PlainNetwork, steps: number): Promise<PlainNetwork> {
  for await (const _ of network.train(dataGenerator(stripes, 16, spec.seed), steps));
  return network;
}

describe.each(availableEngines)('on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('softmax cross-entropy has the value and the gradient of the engine', () => {
    const logits = Float64Array.of(1, 2, -1, 0.5, 0.1, 3, -2, 0, 900);
    const classes = [1, 0, 2];
    const { loss, gradient, probabilities } = softmaxCrossEntropy({ shape: [3, 3], values: logits }, classes);
    tf.tidy(() => {
      const truth = tf.oneHot(tf.tensor1d(classes, 'int32'), 3);
      const z = tf.tensor2d([...logits], [3, 3]);
      const f = (x: tf.Tensor): tf.Tensor => tf.neg(tf.mean(tf.sum(tf.mul(truth, tf.logSoftmax(x)), 1)));
      expect(loss).toBeCloseTo(f(z).dataSync()[0], 5);
      const expected = tf.grad(f)(z).dataSync();
      for (const [i, value] of gradient.values.entries()) expect(value).toBeCloseTo(expected[i], 5);
      const wanted = tf.softmax(z).dataSync();
      for (const [i, value] of probabilities.values.entries()) expect(value).toBeCloseTo(wanted[i], 5);
    });
  });

  it('RMSProp moves weights as that of the engine does', () => {
    const begin = [0.5, -1, 2];
    const weight = weightOf('w', begin);
    const own = rmsProp([weight], 0.02);
    const variable = tf.tidy(() => tf.variable(tf.tensor1d(begin)));
    const options = optimizerSchema.parse({ kind: 'rmsprop', learning_rate: 0.02 });
    const other = new Optimizer(options, [['w', variable]]);
    for (const step of [1, 2, 3, 4]) {
      const gradient = [0.1 * step, -2, 0];
      weight.gradient.set(gradient);
      own.step();
      tf.tidy(() => other.apply([tf.tensor1d(gradient)], 1));
    }
    const expected = variable.dataSync();
    for (const [i, value] of weight.values.entries()) expect(value).toBeCloseTo(expected[i], 5);
    other.dispose();
    variable.dispose();
  });
});

describe('categorical accuracy', () => {
  it('counts the rows whose largest number is at the class', () => {
    const values = Float64Array.of(1, 2, 3, 0, 5, 5);
    expect(categoricalAccuracy({ shape: [3, 2], values }, [1, 0, 0])).toBe(1);
    expect(categoricalAccuracy({ shape: [3, 2], values }, [0, 0, 1])).toBeCloseTo(1 / 3, 12);
  });
});

describe('the data generator', () => {
  it('gives every example once an epoch, in an order that seed and epoch decide, from any step', async () => {
    const source: ExampleSource = {
      count: 10,
      shape: [1],
      read: async (index) => ({ values: [index], class: index % 3 }),
    };
    const epochOf = async (seed: number, epoch: number): Promise<number[]> => {
      const batches = dataGenerator(source, 4, seed);
      expect(batches.perEpoch).toBe(3);
      const numbers: number[] = [];
      for (let i = 0; i < 3; i++) {
        const { inputs, classes } = await batches.batch(epoch * 3 + i);
        expect(inputs.shape).toEqual([i < 2 ? 4 : 2, 1]);
        expect([...classes]).toEqual([...inputs.values].map((value) => value % 3));
        numbers.push(...inputs.values);
      }
      return numbers;
    };
    const first = await epochOf(1, 0);
    expect([...first].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await epochOf(1, 0)).toEqual(first);
    expect(await epochOf(1, 1)).not.toEqual(first);
    expect(await epochOf(2, 0)).not.toEqual(first);
  });
});

describe('a plain network', () => {
  it('learns to tell stripes apart', async () => {
    const network = await trainTo(new PlainNetwork(spec), 40);
    const test: ExampleSource = { ...stripes, read: (index) => stripes.read(index + 1000) };
    const batch = await dataGenerator(test, 50, 1).batch(0);
    expect(network.evaluate(batch).accuracy).toBeGreaterThanOrEqual(0.95);
    const probabilities = network.predict(batch.inputs);
    expect(probabilities.shape).toEqual([50, 2]);
    expect(probabilities.values[0] + probabilities.values[1]).toBeCloseTo(1, 12);
  });

  it('saved, loaded and trained on, has the same bits as trained without a stop', async () => {
    const whole = savePlainNetwork(await trainTo(new PlainNetwork(spec), 9));
    // In the middle of the third epoch of four batches.
    const stopped = savePlainNetwork(await trainTo(new PlainNetwork(spec), 6));
    const continued = savePlainNetwork(await trainTo(loadPlainNetwork(stopped), 9));
    expect(Buffer.from(continued).equals(Buffer.from(whole))).toBe(true);
    expect(Buffer.from(stopped).equals(Buffer.from(whole))).toBe(false);
  });

  it('refuses other and shortened bytes', () => {
    const bytes = savePlainNetwork(new PlainNetwork(spec));
    expect(() => loadPlainNetwork(bytes.subarray(0, bytes.length - 8))).toThrow(/bytes of numbers and needs/);
    expect(() => loadPlainNetwork(new TextEncoder().encode('{}\n'))).toThrow('not a network of the format');
    expect(() => loadPlainNetwork(new Uint8Array(0))).toThrow('not a network of the format');
  });
});

it('imports neither tensors nor modules of Node', () => {
  const folder = new URL('../../../src/models/plain/', import.meta.url);
  const imports = readdirSync(folder).flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/^(?:import|export|\}) .*from '([^']+)'/gm)].map(
      ([, from]) => from,
    ),
  );
  const others = new Set(imports.filter((from) => !from.startsWith('./')));
  expect(others).toEqual(new Set(['../../base/random.js', '../initializers.js']));
});

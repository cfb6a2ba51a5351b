/** Recurrent layers against PyTorch's, and the state after each sequence's last real step. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { lastStep, packSteps, recurrentCells } from '../../src/models/layers/recurrent.js';
import { Parameters } from '../../src/models/parameters.js';
import { availableEngines } from '../engine/available.js';
import { readGoldenJson } from '../golden/read.js';
import {
  expectTensor,
  flat,
  gatesToTensorflow,
  kernelOf,
  type Matrix,
  type Recurrent,
  type TorchGolden,
  transpose,
} from './torch-layers.js';

const golden = readGoldenJson<TorchGolden>('torch');

type Cell = keyof typeof recurrentCells;
type Named = Record<string, Matrix | number[]>;

/** PyTorch keeps gates of a GRU as reset, update, candidate; ours are update, reset, candidate. */
function updateFirst<T>(rows: T[]): T[] {
  const units = rows.length / 3;
  return [1, 0, 2].flatMap((gate) => rows.slice(gate * units, (gate + 1) * units));
}

const matrix = (named: Named, name: string): Matrix => named[`${name}_l0`] as Matrix;
const vector = (named: Named, name: string): number[] => named[`${name}_l0`] as number[];

/** PyTorch's weights or their gradients, as ours; biases that we keep as one have one gradient. */
const OURS: Record<Cell, (named: Named, join: (a: number, b: number) => number) => Record<string, unknown>> =
  {
    simple: (named, join) => ({
      kernel: transpose(matrix(named, 'weight_ih')),
      recurrent: transpose(matrix(named, 'weight_hh')),
      bias: vector(named, 'bias_ih').map((b, i) => join(b, vector(named, 'bias_hh')[i])),
    }),
    gru: (named) => ({
      kernel: transpose(updateFirst(matrix(named, 'weight_ih'))),
      recurrent: transpose(updateFirst(matrix(named, 'weight_hh'))),
      bias: ['bias_ih', 'bias_hh'].map((name) => updateFirst(vector(named, name))),
    }),
    lstm: (named, join) => ({
      kernel: kernelOf(named, ''),
      bias: gatesToTensorflow(vector(named, 'bias_ih').map((b, i) => join(b, vector(named, 'bias_hh')[i]))),
    }),
  };

const CELLS = Object.keys(recurrentCells) as Cell[];

describe.each(availableEngines)('recurrent layers on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(CELLS)('%s: last states and every gradient are PyTorch’s', (cell) => {
    const { lengths, input, weight, state, output, grad_input, grads }: Recurrent =
      golden[`recurrent_${cell}`];
    const time = Math.max(...lengths);
    const parameters = new Parameters(1);
    const layer = recurrentCells[cell](parameters, 'layer', 3, 4);
    const weights = parameters.read();
    const given = OURS[cell](state, (a, b) => a + b);
    expect([...weights.keys()]).toEqual(Object.keys(given).map((name) => `layer/${name}`));
    for (const [name, values] of Object.entries(given))
      weights.get(`layer/${name}`)!.values.set(flat(values));
    parameters.write(weights);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor3d(input);
      const mask = tf.tensor2d(
        lengths.map((length) => Array.from({ length: time }, (_, t) => Number(t < length))),
      );
      const lastOf = (values: tf.Tensor): tf.Tensor2D => {
        const { packed, last } = packSteps({ values: values as tf.Tensor3D, mask });
        return lastStep(layer(tf.transpose(packed, [1, 0, 2]) as tf.Tensor3D), last);
      };
      const loss = (values: tf.Tensor): tf.Scalar =>
        tf.sum(tf.mul(tf.square(lastOf(values)), tf.tensor2d(weight)));
      expectTensor(lastOf(x), output, 1e-5);
      expectTensor(tf.grad(loss)(x), grad_input, 1e-5);
      const byName = Object.fromEntries(parameters.trainableVariables());
      const gradients = tf.variableGrads(() => loss(x), Object.values(byName)).grads;
      for (const [name, wanted] of Object.entries(OURS[cell](grads, (a) => a)))
        expectTensor(gradients[byName[`layer/${name}`].name], wanted, 1e-5);
    });
    expect(tf.memory().numTensors).toBe(before);
    parameters.dispose();
  });

  it('real steps between padding are as real steps alone; a sequence without any gives zeros', () => {
    tf.tidy(() => {
      const values = tf.tensor3d([
        [[9], [1], [9], [2], [9]],
        [[1], [2], [3], [4], [5]],
        [[9], [9], [9], [9], [9]],
      ]);
      const mask = tf.tensor2d([
        [0, 1, 0, 1, 0],
        [1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0],
      ]);
      const { packed, last } = packSteps({ values, mask });
      expect(flat(packed.arraySync())).toEqual([1, 2, 0, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0]);
      expect(flat(lastStep(tf.transpose(packed, [1, 0, 2]) as tf.Tensor3D, last).arraySync())).toEqual([
        2, 5, 0,
      ]);
      const whole = packSteps({ values, mask: null });
      expect(
        flat(lastStep(tf.transpose(whole.packed, [1, 0, 2]) as tf.Tensor3D, whole.last).arraySync()),
      ).toEqual([9, 5, 9]);
    });
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { attentionPool } from '../../src/models/fusion/self-attention.js';
import { bilstm } from '../../src/models/layers/bilstm.js';
import { Parameters } from '../../src/models/parameters.js';
import { penalisedBinaryCrossEntropy } from '../../src/training/loss.js';
import { availableEngines } from '../engine/available.js';
import { hasReference, referenceJson } from '../reference.js';

type Matrix = number[][];
interface TorchLayers {
  lstm_bidirectional: {
    input: number[][][];
    state: Record<string, Matrix | number[]>;
    output: number[][][];
    grad_input: number[][][];
    grads: Record<string, Matrix | number[]>;
  };
  self_attention_pooling: {
    input: number[][][];
    w1: Matrix;
    w2: Matrix;
    A: number[][][];
    M: number[][][];
    grad_input: number[][][];
    grad_w1: Matrix;
    grad_w2: Matrix;
  };
  penalised_bce: { alpha: number; logits: Matrix; labels: Matrix; loss: number; grad_logits: Matrix };
}

const flat = (nested: unknown): number[] =>
  Array.isArray(nested) ? nested.flatMap(flat) : [nested as number];
const transpose = (m: Matrix): Matrix => m[0].map((_, column) => m.map((row) => row[column]));

/** PyTorch keeps gates as i, f, c, o; TensorFlow as i, c, f, o. */
function gatesToTensorflow<T>(rows: T[]): T[] {
  const units = rows.length / 4;
  return [0, 2, 1, 3].flatMap((gate) => rows.slice(gate * units, (gate + 1) * units));
}

/** PyTorch's weight_ih and weight_hh, [4 units, inputs] each, as one kernel [features + units, 4 units]. */
function kernelOf(weights: Record<string, Matrix | number[]>, suffix: string): Matrix {
  const [input, hidden] = ['weight_ih_l0', 'weight_hh_l0'].map((name) => weights[name + suffix] as Matrix);
  return [...transpose(gatesToTensorflow(input)), ...transpose(gatesToTensorflow(hidden))];
}

function expectClose(actual: tf.Tensor, expected: unknown, tolerance = 2e-5): void {
  const values = actual.dataSync();
  const wanted = flat(expected);
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs(values[i] - value)).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe.runIf(hasReference).each(availableEngines)('PyTorch reference on engine %s', (engine) => {
  const reference = hasReference
    ? referenceJson<TorchLayers>('reference', 'layers', 'torch_layers.json')
    : ({} as TorchLayers);

  it('bidirectional LSTM: outputs and every gradient', async () => {
    await loadEngine(engine);
    const { input, state, output, grad_input, grads } = reference.lstm_bidirectional;
    const parameters = new Parameters(1);
    tf.tidy(() => {
      const layer = bilstm(parameters, 'layer', 3, 4);
      const weights = parameters.read();
      for (const [direction, suffix] of [
        ['forward', ''],
        ['backward', '_reverse'],
      ]) {
        const bias = (state[`bias_ih_l0${suffix}`] as number[]).map(
          (b, i) => b + (state[`bias_hh_l0${suffix}`] as number[])[i],
        );
        weights.get(`layer/${direction}/kernel`)!.values.set(flat(kernelOf(state, suffix)));
        weights.get(`layer/${direction}/bias`)!.values.set(gatesToTensorflow(bias));
      }
      parameters.write(weights);
      const x = tf.tensor3d(input);
      expectClose(layer(x), output);
      expectClose(tf.grad((value) => tf.sum(tf.square(layer(value as tf.Tensor3D))))(x), grad_input);
      const byName = Object.fromEntries(parameters.trainableVariables());
      const gradients = tf.variableGrads(() => tf.sum(tf.square(layer(x))), Object.values(byName)).grads;
      for (const [direction, suffix] of [
        ['forward', ''],
        ['backward', '_reverse'],
      ]) {
        expectClose(gradients[byName[`layer/${direction}/kernel`].name], kernelOf(grads, suffix));
        expectClose(
          gradients[byName[`layer/${direction}/bias`].name],
          gatesToTensorflow(grads[`bias_ih_l0${suffix}`] as number[]),
        );
      }
    });
    parameters.dispose();
  });

  it('self-attention pooling: A, M and every gradient', async () => {
    await loadEngine(engine);
    const { input, w1, w2, A, M, grad_input, grad_w1, grad_w2 } = reference.self_attention_pooling;
    tf.tidy(() => {
      const [x, first, second] = [tf.tensor3d(input), tf.tensor2d(transpose(w1)), tf.tensor2d(transpose(w2))];
      const { attention, pooled } = attentionPool(x, first, second, null);
      expectClose(attention, A);
      expectClose(pooled, M);
      const loss = (...[a, b, c]: tf.Tensor[]): tf.Tensor =>
        tf.sum(tf.square(attentionPool(a as tf.Tensor3D, b as tf.Tensor2D, c as tf.Tensor2D, null).pooled));
      const [dx, d1, d2] = tf.grads(loss)([x, first, second]);
      expectClose(dx, grad_input);
      expectClose(d1, transpose(grad_w1));
      expectClose(d2, transpose(grad_w2));
    });
  });

  it('penalised binary cross-entropy: loss and gradient', async () => {
    await loadEngine(engine);
    const { alpha, logits, labels, loss, grad_logits } = reference.penalised_bce;
    tf.tidy(() => {
      const [z, y] = [tf.tensor2d(logits), tf.tensor2d(labels)];
      expectClose(penalisedBinaryCrossEntropy(y, z, alpha), [loss]);
      expectClose(
        tf.grad((value) => penalisedBinaryCrossEntropy(y, value as tf.Tensor2D, alpha))(z),
        grad_logits,
      );
    });
  });
});

describe.each(availableEngines)('penalised binary cross-entropy on engine %s', (engine) => {
  it('does not overflow and is plain cross-entropy for α = 1', async () => {
    await loadEngine(engine);
    tf.tidy(() => {
      const z = tf.tensor2d([[1e4, -1e4, 0]]);
      const y = tf.tensor2d([[0, 1, 1]]);
      expectClose(penalisedBinaryCrossEntropy(y, z, 1), [(1e4 + 1e4 + Math.LN2) / 3]);
    });
  });
});

/** Attention between branches and gates, against PyTorch's numbers. */
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { gatedSum } from '../../../src/models/fusion/gated.js';
import { dotProductAttention } from '../../../src/models/layers/dot-product-attention.js';
import { availableEngines } from '../../engine/available.js';

interface Reference {
  dot_product_attention: {
    shape: { batch: number; steps: number; time: number; features: number; heads: number };
    queries: number[];
    keys: number[];
    values: number[];
    mask: number[];
    weight: number[];
    output: number[];
    gradients: { queries: number[]; keys: number[]; values: number[] };
  };
  gated_multimodal_unit: {
    rows: number;
    first: number;
    second: number;
    hidden: number;
    x1: number[];
    x2: number[];
    w1: number[];
    w2: number[];
    wz: number[];
    output: number[];
  };
}

const reference = JSON.parse(
  await readFile(new URL('torch-fusion.json', import.meta.url), 'utf8'),
) as Reference;

function expectClose(actual: tf.Tensor, wanted: number[]): void {
  const values = actual.dataSync();
  expect(values.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(values[i]).toBeCloseTo(value, 5);
}

describe.each(availableEngines)('fusion on engine %s', (engine) => {
  it('attends as scaled_dot_product_attention does, gradients and mask included', async () => {
    await loadEngine(engine);
    const { shape, mask, weight, output, gradients, ...inputs } = reference.dot_product_attention;
    const { batch, steps, time, features, heads } = shape;
    tf.tidy(() => {
      const queries = tf.tensor3d(inputs.queries, [batch, steps, features]);
      const keys = tf.tensor3d(inputs.keys, [batch, time, features]);
      const values = tf.tensor3d(inputs.values, [batch, time, features]);
      const attend = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor3D =>
        dotProductAttention(
          q as tf.Tensor3D,
          k as tf.Tensor3D,
          v as tf.Tensor3D,
          tf.tensor2d(mask, [batch, time]),
          heads,
        );
      expectClose(attend(queries, keys, values), output);
      const weights = tf.tensor3d(weight, [batch, steps, features]);
      const found = tf.grads((q, k, v) => tf.sum(tf.mul(attend(q, k, v), weights)))([queries, keys, values]);
      for (const [i, name] of (['queries', 'keys', 'values'] as const).entries())
        expectClose(found[i], gradients[name]);
    });
  });

  it('gates two branches as the bimodal unit does', async () => {
    await loadEngine(engine);
    const { rows, first, second, hidden, x1, x2, w1, w2, wz, output } = reference.gated_multimodal_unit;
    tf.tidy(() => {
      const a = tf.tensor2d(x1, [rows, first]);
      const b = tf.tensor2d(x2, [rows, second]);
      const candidates = [
        tf.tanh(tf.matMul(a, tf.tensor2d(w1, [first, hidden]))),
        tf.tanh(tf.matMul(b, tf.tensor2d(w2, [second, hidden]))),
      ] as tf.Tensor2D[];
      // Softmax over (s, 0) is the logistic function of s.
      const scores = tf.matMul(tf.concat([a, b], 1), tf.tensor2d(wz, [first + second, hidden]));
      const both = tf.concat([scores, tf.zerosLike(scores)], 1) as tf.Tensor2D;
      expectClose(gatedSum(candidates, both), output);
    });
  });
});

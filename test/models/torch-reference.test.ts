import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { gatedSum } from '../../src/models/fusion/gated.js';
import { attentionPool } from '../../src/models/fusion/self-attention.js';
import { bilstm } from '../../src/models/layers/bilstm.js';
import { conv1d } from '../../src/models/layers/conv.js';
import { convBlock } from '../../src/models/layers/conv-block.js';
import { dotProductAttention } from '../../src/models/layers/dot-product-attention.js';
import { MASKED } from '../../src/models/layers/pooling.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { Parameters } from '../../src/models/parameters.js';
import { categoricalCrossEntropy } from '../../src/training/losses/classes.js';
import { penalisedBinaryCrossEntropy } from '../../src/training/losses/tags.js';
import { clipByGlobalNorm, Optimizer, optimizerSchema } from '../../src/training/optimizers.js';
import { availableEngines } from '../engine/available.js';
import { readGoldenJson } from '../golden/read.js';
import { needsShared, referenceJson } from '../reference.js';
import {
  expectTensor,
  flat,
  gatesToTensorflow,
  kernelOf,
  type Lstm,
  type TorchGolden,
  type TorchReference,
  transpose,
} from './torch-layers.js';

const golden = readGoldenJson<TorchGolden>('torch');
const sources = {
  'of the golden file': () => golden,
  'of ../shared': () => referenceJson<TorchReference>('reference', 'layers', 'torch_layers.json'),
};
type Source = keyof typeof sources;
const SOURCES = Object.keys(sources) as Source[];

/** PyTorch's values; skips the test where they are in ../shared and that is absent. */
function torchValues(source: Source, ctx: TestContext): TorchReference {
  if (source.endsWith('../shared')) needsShared(ctx);
  return sources[source]();
}

describe.each(availableEngines)('PyTorch’s values on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.for(SOURCES)('bidirectional LSTM: outputs and every gradient, %s', (source, ctx) => {
    expectLstm(torchValues(source, ctx).lstm_bidirectional, (y) => tf.sum(tf.square(y)));
  });

  it('bidirectional LSTM over packed sequences of every length: outputs and every gradient', () => {
    const { lengths, weight, ...values } = golden.lstm_bidirectional_packed;
    const longest = Math.max(...lengths);
    expect(lengths.toSorted()).toEqual(Array.from({ length: longest }, (_, i) => i + 1));
    const mask = tf.tensor2d(
      lengths.map((length) => Array.from({ length: longest }, (_, t) => Number(t < length))),
    );
    const weights = tf.tensor3d(weight);
    expectLstm(values, (y) => tf.sum(tf.mul(tf.square(y), weights)), { mask, tolerance: 1e-5 });
    tf.dispose([mask, weights]);
  });

  function expectLstm(
    { input, state, output, grad_input, grads }: Lstm,
    loss: (y: tf.Tensor3D) => tf.Tensor,
    { mask, tolerance }: { mask?: tf.Tensor2D; tolerance?: number } = {},
  ): void {
    const parameters = new Parameters(1);
    const directions = [
      ['forward', ''],
      ['backward', '_reverse'],
    ];
    tf.tidy(() => {
      const layer = bilstm(parameters, 'layer', 3, 4);
      const weights = parameters.read();
      for (const [direction, suffix] of directions) {
        const bias = (state[`bias_ih_l0${suffix}`] as number[]).map(
          (b, i) => b + (state[`bias_hh_l0${suffix}`] as number[])[i],
        );
        weights.get(`layer/${direction}/kernel`)!.values.set(flat(kernelOf(state, suffix)));
        weights.get(`layer/${direction}/bias`)!.values.set(gatesToTensorflow(bias));
      }
      parameters.write(weights);
      const x = tf.tensor3d(input);
      const lossOf = (value: tf.Tensor3D): tf.Scalar => loss(layer(value, mask)) as tf.Scalar;
      expectTensor(layer(x, mask), output, tolerance);
      expectTensor(tf.grad((value) => lossOf(value as tf.Tensor3D))(x), grad_input, tolerance);
      const byName = Object.fromEntries(parameters.trainableVariables());
      const gradients = tf.variableGrads(() => lossOf(x), Object.values(byName)).grads;
      for (const [direction, suffix] of directions) {
        expectTensor(gradients[byName[`layer/${direction}/kernel`].name], kernelOf(grads, suffix), tolerance);
        expectTensor(
          gradients[byName[`layer/${direction}/bias`].name],
          gatesToTensorflow(grads[`bias_ih_l0${suffix}`] as number[]),
          tolerance,
        );
      }
    });
    parameters.dispose();
  }

  it.for(SOURCES)('self-attention pooling: A, M and every gradient, %s', (source, ctx) => {
    expectPooling(torchValues(source, ctx).self_attention_pooling);
  });

  it('self-attention pooling over padded sequences', () => {
    expectPooling(golden.self_attention_pooling_masked);
  });

  function expectPooling(values: TorchReference['self_attention_pooling']): void {
    const { input, w1, w2, mask, A, M, grad_input, grad_w1, grad_w2 } = values;
    tf.tidy(() => {
      const [x, first, second] = [tf.tensor3d(input), tf.tensor2d(transpose(w1)), tf.tensor2d(transpose(w2))];
      const prior = mask ? (tf.mul(tf.sub(1, tf.tensor2d(mask)), MASKED) as tf.Tensor2D) : null;
      const { attention, pooled } = attentionPool(x, first, second, prior);
      expectTensor(attention, A);
      expectTensor(pooled, M);
      const loss = (...[a, b, c]: tf.Tensor[]): tf.Tensor =>
        tf.sum(tf.square(attentionPool(a as tf.Tensor3D, b as tf.Tensor2D, c as tf.Tensor2D, prior).pooled));
      const [dx, d1, d2] = tf.grads(loss)([x, first, second]);
      expectTensor(dx, grad_input);
      expectTensor(d1, transpose(grad_w1));
      expectTensor(d2, transpose(grad_w2));
    });
  }

  it('convolution, ReLU, batch normalisation and max-pooling: in evaluation, in training, and every gradient', () => {
    const { input, weights, state, evaluated, trained, state_after, grads } = golden.conv_block;
    const parameters = new Parameters(1);
    tf.tidy(() => {
      const block = convBlock(parameters, 'block', {
        size: [3, 3],
        inputs: 2,
        outputs: 3,
        padding: 'same',
        pool: { size: [2, 2], stride: [2, 2] },
      });
      const names = {
        kernel: 'block/kernel',
        bias: 'block/bias',
        gamma: 'block/norm/gamma',
        beta: 'block/norm/beta',
      };
      const stored = parameters.read();
      for (const [part, name] of Object.entries(names))
        stored.get(name)!.values.set(flat(weights[part as keyof typeof names]));
      stored.get('block/norm/mean')!.values.set(state.mean);
      stored.get('block/norm/variance')!.values.set(state.variance);
      parameters.write(stored);
      const x = tf.tensor4d(input);
      expectTensor(block(x, INFERENCE), evaluated);
      const mode = { training: true as const, random: randomGenerator(1) };
      expectTensor(block(x, mode), trained);
      // One training step moved the running averages.
      const after = parameters.read();
      expectTensor(tf.tensor(after.get('block/norm/mean')!.values), state_after.mean);
      expectTensor(tf.tensor(after.get('block/norm/variance')!.values), state_after.variance);
      const loss = (value: tf.Tensor): tf.Scalar => tf.sum(tf.pow(block(value as tf.Tensor4D, mode), 3));
      expectTensor(tf.grad(loss)(x), grads.input, 1e-4);
      const byName = Object.fromEntries(parameters.trainableVariables());
      const found = tf.variableGrads(() => loss(x), Object.values(byName)).grads;
      for (const [part, name] of Object.entries(names))
        expectTensor(found[byName[name].name], grads[part as keyof typeof names], 1e-4);
    });
    parameters.dispose();
  });

  it('convolution over time of an even width, and its gradients', () => {
    const { input, kernel, output, grads } = golden.conv1d;
    const parameters = new Parameters(1);
    tf.tidy(() => {
      const layer = conv1d(parameters, 'layer', 4, 3, 2);
      const stored = parameters.read();
      stored.get('layer/kernel')!.values.set(flat(kernel));
      parameters.write(stored);
      const x = tf.tensor4d([input[0], input[1]].map((steps) => [steps]));
      expectTensor(layer(x), output);
      const loss = (value: tf.Tensor): tf.Scalar => tf.sum(tf.square(layer(value as tf.Tensor4D)));
      expectTensor(tf.grad(loss)(x), grads.input);
      const [[, variable]] = parameters.trainableVariables();
      expectTensor(tf.variableGrads(() => loss(x), [variable]).grads[variable.name], grads.kernel);
    });
    parameters.dispose();
  });

  it('scaled_dot_product_attention: padding and every gradient', () => {
    const { heads, mask, weight, output, grads, ...inputs } = golden.dot_product_attention;
    tf.tidy(() => {
      const given = [inputs.queries, inputs.keys, inputs.values].map((x) => tf.tensor3d(x));
      const attend = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor): tf.Tensor3D =>
        dotProductAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, tf.tensor2d(mask), heads);
      const [queries, keys, values] = given;
      expectTensor(attend(queries, keys, values), output);
      const found = tf.grads((q, k, v) => tf.sum(tf.mul(attend(q, k, v), tf.tensor3d(weight))))(given);
      for (const [i, name] of (['queries', 'keys', 'values'] as const).entries())
        expectTensor(found[i], grads[name]);
    });
  });

  it('the bimodal gated unit', () => {
    const { output, ...inputs } = golden.gated_multimodal_unit;
    tf.tidy(() => {
      const [x1, x2, w1, w2, wz] = (['x1', 'x2', 'w1', 'w2', 'wz'] as const).map((name) =>
        tf.tensor2d(inputs[name]),
      );
      const candidates = [tf.tanh(tf.matMul(x1, w1)), tf.tanh(tf.matMul(x2, w2))] as tf.Tensor2D[];
      // Softmax over (s, 0) is the logistic function of s.
      const scores = tf.matMul(tf.concat([x1, x2], 1), wz);
      const both = tf.concat([scores, tf.zerosLike(scores)], 1) as tf.Tensor2D;
      expectTensor(gatedSum(candidates, both), output);
    });
  });

  it.for(SOURCES)('penalised binary cross-entropy: loss and gradient, %s', (source, ctx) => {
    const { alpha, logits, labels, loss, grad_logits } = torchValues(source, ctx).penalised_bce;
    tf.tidy(() => {
      const [z, y] = [tf.tensor2d(logits), tf.tensor2d(labels)];
      expectTensor(penalisedBinaryCrossEntropy(y, z, alpha), [loss]);
      expectTensor(
        tf.grad((value) => penalisedBinaryCrossEntropy(y, value as tf.Tensor2D, alpha))(z),
        grad_logits,
      );
    });
  });

  it('categorical cross-entropy: loss and gradient', () => {
    const { logits, classes, loss, grad_logits } = golden.categorical;
    tf.tidy(() => {
      const z = tf.tensor2d(logits);
      const y = tf.oneHot(tf.tensor1d(classes, 'int32'), logits[0].length) as tf.Tensor2D;
      expectTensor(categoricalCrossEntropy(y, z), [loss]);
      expectTensor(tf.grad((value) => categoricalCrossEntropy(y, value as tf.Tensor2D))(z), grad_logits);
    });
  });

  it.each(Object.entries(golden.optimizers.weights))('four steps of %s', (name, expected) => {
    const [kind, decay = '0'] = name.split(', weight_decay ');
    const options = optimizerSchema.parse({
      kind,
      learning_rate: 0.05,
      momentum: 0.9,
      weight_decay: Number(decay),
    });
    const weights = tf.variable(tf.tensor1d(golden.optimizers.start));
    const optimizer = new Optimizer(options, [['layer/kernel', weights]]);
    for (const [step, gradient] of golden.optimizers.gradients.entries()) {
      tf.tidy(() => optimizer.apply([tf.tensor1d(gradient)], 1));
      // RMSProp adds ε inside the root here and in TensorFlow, behind it in PyTorch.
      expectTensor(weights, expected[step], kind === 'rmsprop' ? 1e-5 : 1e-6);
    }
    optimizer.dispose();
    weights.dispose();
  });

  it('clipping by the joint norm', () => {
    const { limit, gradients, clipped } = golden.clip_by_global_norm;
    tf.tidy(() => {
      const found = clipByGlobalNorm(
        gradients.map((each) => tf.tensor(each)),
        limit,
      );
      for (const [i, each] of clipped.entries()) expectTensor(found[i], each, 1e-6);
    });
  });
});

describe.each(availableEngines)('penalised binary cross-entropy on engine %s', (engine) => {
  it('does not overflow and is plain cross-entropy for α = 1', async () => {
    await loadEngine(engine);
    tf.tidy(() => {
      const z = tf.tensor2d([[1e4, -1e4, 0]]);
      const y = tf.tensor2d([[0, 1, 1]]);
      expectTensor(penalisedBinaryCrossEntropy(y, z, 1), [(1e4 + 1e4 + Math.LN2) / 3]);
    });
  });
});

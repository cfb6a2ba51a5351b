/**
 * A training step: the toolkit's fused operations beside other ways on the same engine. On TensorFlow, of a four-layer
 * convolutional tagger (batch 8, 231 frames × 128 bands, 128 channels) beside the layers library; on WebAssembly
 * (POLYTAG_ENGINE=wasm), of the model of configs/quickstart.yaml (batch 16) beside TensorFlow.js's operations one by one,
 * as it was before there was a kernel. Read the ratio, not the milliseconds.
 */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { bench, describe } from 'vitest';
import { randomGenerator } from '../src/base/random.js';
import { loadEngine } from '../src/engine/engine.js';
import { composed } from '../src/engine/ops/native.js';
import { buildModel, type TaggingModel } from '../src/models/model.js';
import { modelSchema } from '../src/models/spec.js';
import { penalisedBinaryCrossEntropy } from '../src/training/losses/tags.js';
import { Optimizer, optimizerSchema } from '../src/training/optimizers.js';

const [BATCH, FRAMES, BANDS, LABELS] = [8, 231, 128, 50];
const CHANNELS = [128, 128, 128, 128];

const engine = await loadEngine();
const { layers, sequential, train } = createRequire(import.meta.url)(
  '@tensorflow/tfjs',
) as typeof import('@tensorflow/tfjs');

const input = tf.randomNormal([BATCH, FRAMES, BANDS, 1], 0, 1, 'float32', 1);
const truth = tf.cast(
  tf.greater(tf.randomUniform([BATCH, LABELS], 0, 1, 'float32', 2), 0.9),
  'float32',
) as tf.Tensor2D;

/** Trains a model on inputs; a step by each call. */
function training(
  model: TaggingModel,
  inputs: Record<string, tf.Tensor>,
  targets: tf.Tensor2D = truth,
): () => number {
  const optimizer = new Optimizer(optimizerSchema.parse({}), model.parameters.trainableVariables());
  const variables = model.parameters.trainableVariables().map(([, variable]) => variable);
  return () =>
    tf.tidy(() => {
      const mode = { training: true as const, random: randomGenerator(1) };
      const { value, grads } = tf.variableGrads(
        () => penalisedBinaryCrossEntropy(targets, model.forward(inputs, mode).logits, 1),
        variables,
      );
      optimizer.apply(
        variables.map((variable) => grads[variable.name]),
        1,
      );
      return value.dataSync()[0];
    });
}

function ours(): () => number {
  const spec = modelSchema().parse({
    branches: { mel: { channels: CHANNELS } },
    fusion: { kind: 'concat', dropout: 0 },
  });
  const shape = {
    inputs: { mel: { length: FRAMES, width: BANDS } },
    labels: LABELS,
    head: 'sigmoid' as const,
  };
  return training(buildModel(spec, shape, 1), { mel: input });
}

/** The model of configs/quickstart.yaml. */
function quickstart(): () => number {
  const [batch, length, width, tokens, words] = [16, 188, 64, 96, 2000];
  const spec = modelSchema().parse({
    branches: {
      mel: { channels: [16, 32, 48, 64], features: 64 },
      lyrics: { embedding: 32, filters: 32, dropout: 0.5 },
    },
    fusion: { kind: 'self-attention', heads: 4, features: 64, attention: 32, hidden: 96, balanced: true },
  });
  const inputs = { mel: { length, width }, lyrics: { length: tokens, width: words } };
  const targets = tf.tile(truth, [2, 1]) as tf.Tensor2D;
  return training(
    buildModel(spec, { inputs, labels: LABELS, head: 'sigmoid' }, 1),
    {
      mel: tf.randomNormal([batch, length, width, 1], 0, 1, 'float32', 1),
      lyrics: tf.cast(tf.randomUniform([batch, tokens], 0, words, 'float32', 3), 'int32'),
    },
    targets,
  );
}

function library(): () => Promise<void> {
  const model = sequential();
  for (const [i, filters] of CHANNELS.entries()) {
    const shape = i === 0 ? { inputShape: [FRAMES, BANDS, 1] } : {};
    model.add(layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false, ...shape }));
    model.add(layers.batchNormalization());
    model.add(layers.elu());
    model.add(layers.maxPooling2d({ poolSize: 2 }));
  }
  model.add(layers.globalMaxPooling2d({}));
  model.add(layers.dense({ units: 128, activation: 'elu' }));
  model.add(layers.dense({ units: LABELS, activation: 'sigmoid' }));
  model.compile({ optimizer: train.adam(1e-3), loss: 'binaryCrossentropy' });
  return async () => {
    await model.trainOnBatch(input as never, truth as never);
  };
}

describe(`a training step on engine ${engine.name}`, () => {
  const options = { iterations: 5, warmupIterations: 2, time: 0, warmupTime: 0 };
  if (engine.name === 'tensorflow') {
    const step = ours();
    bench('polytag', () => void step(), options);
    bench('tf.layers', library(), options);
  } else {
    const [step, plain] = [quickstart(), quickstart()];
    bench('polytag', () => void step(), options);
    bench('operations one by one', () => void composed(plain), options);
  }
});

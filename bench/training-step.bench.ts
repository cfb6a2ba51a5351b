/**
 * A training step of a four-layer convolutional tagger (batch 8, 231 frames × 128 bands, 128 channels): the toolkit's
 * fused operations beside the layers library on the same engine. Read the ratio, not the milliseconds.
 */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { bench, describe } from 'vitest';
import { randomGenerator } from '../src/base/random.js';
import { loadEngine } from '../src/engine/engine.js';
import { buildModel } from '../src/models/model.js';
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

function ours(): () => void {
  const spec = modelSchema().parse({
    branches: { mel: { channels: CHANNELS } },
    fusion: { kind: 'concat', dropout: 0 },
  });
  const shape = {
    inputs: { mel: { length: FRAMES, width: BANDS } },
    labels: LABELS,
    head: 'sigmoid' as const,
  };
  const model = buildModel(spec, shape, 1);
  const optimizer = new Optimizer(optimizerSchema.parse({}), model.parameters.trainableVariables());
  const variables = model.parameters.trainableVariables().map(([, variable]) => variable);
  return () =>
    tf.tidy(() => {
      const mode = { training: true as const, random: randomGenerator(1) };
      const { value, grads } = tf.variableGrads(
        () => penalisedBinaryCrossEntropy(truth, model.forward({ mel: input }, mode).logits, 1),
        variables,
      );
      optimizer.apply(
        variables.map((variable) => grads[variable.name]),
        1,
      );
      value.dataSync();
    });
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
  bench('polytag', ours(), options);
  // The WebAssembly engine's own batch normalisation has no gradient in the layers library.
  if (engine.name === 'tensorflow') bench('tf.layers', library(), options);
});

import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { INFERENCE } from '../../../src/models/layers/training.js';
import { buildModel, type ModelInputs, type TaggingModel } from '../../../src/models/model.js';
import { modelSchema } from '../../../src/models/spec.js';
import { trainingLoss } from '../../../src/training/losses/index.js';
import { penalisedBinaryCrossEntropy } from '../../../src/training/losses/tags.js';

const [BATCH, LABELS] = [3, 2];

function build(fusion: object): TaggingModel {
  const branches = {
    mel: { channels: [3, 3], features: 4 },
    lyrics: { embedding: 4, filters: 2, widths: [2], dropout: 0 },
  };
  const inputs = { mel: { length: 8, width: 8 }, lyrics: { length: 5, width: 9 } };
  const spec = modelSchema().parse({ branches, fusion: { kind: 'late-average', dropout: 0, ...fusion } });
  return buildModel(spec, { inputs, labels: LABELS, head: 'sigmoid' }, 1);
}

function makeInputs(): ModelInputs {
  const random = randomGenerator(1, 'inputs');
  return {
    mel: tf.tensor(
      Float32Array.from({ length: BATCH * 64 }, () => random.normal()),
      [BATCH, 8, 8],
    ),
    lyrics: tf.tensor([2, 4, 5, 0, 0, 2, 6, 7, 8, 3, 2, 3, 0, 0, 0], [BATCH, 5], 'int32'),
  };
}

const loss = (y: tf.Tensor2D, z: tf.Tensor2D): tf.Scalar => penalisedBinaryCrossEntropy(y, z, 1);

/** Gradients of the training loss, or of the joint score's alone, by weight. */
function gradients(model: TaggingModel, jointOnly: boolean): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  tf.tidy(() => {
    const named = model.parameters.trainableVariables();
    const targets = tf.tensor2d([1, 0, 0, 1, 1, 1], [BATCH, LABELS]);
    const inputs = makeInputs();
    const { grads } = tf.variableGrads(
      () => {
        const mode = { training: true as const, random: randomGenerator(2) };
        const { logits, branchLogits } = model.forward(inputs, mode);
        return trainingLoss(loss, targets, jointOnly ? { logits } : { logits, branchLogits });
      },
      named.map(([, variable]) => variable),
    );
    for (const [name, variable] of named) found.set(name, grads[variable.name].dataSync<'float32'>().slice());
  });
  return found;
}

it('starts a stack as the mean of the branches’ logits', async () => {
  await loadEngine();
  const model = build({ weights: 'stacked' });
  tf.tidy(() => {
    const { logits, branchLogits } = model.forward(makeInputs(), INFERENCE);
    const [a, b] = branchLogits!.map((part) => part.dataSync());
    for (const [i, logit] of logits.dataSync().entries()) expect(logit).toBeCloseTo((a[i] + b[i]) / 2, 5);
  });
  model.dispose();
});

it('gives equal weights the mean of the probabilities', async () => {
  await loadEngine();
  const model = build({ weights: 'equal' });
  tf.tidy(() => {
    const { logits, branchLogits } = model.forward(makeInputs(), INFERENCE);
    const [a, b] = branchLogits!.map((part) => tf.sigmoid(part).dataSync());
    for (const [i, p] of tf.sigmoid(logits).dataSync().entries()) expect(p).toBeCloseTo((a[i] + b[i]) / 2, 5);
  });
  expect(model.parameters.trainableVariables().some(([name]) => name === 'fusion/weights')).toBe(false);
  model.dispose();
});

it.each(['joint', 'joint-stacked'])(
  'keeps the joint score out of the branches: %s weights',
  async (weights) => {
    await loadEngine();
    const model = build({ weights });
    const own = weights === 'joint-stacked' ? /^fusion\/stack\// : /^fusion\/weights$/;
    for (const [name, values] of gradients(model, true))
      expect(
        [name, values.some((g) => g !== 0)],
        'the joint score teaches its weights and nothing else',
      ).toEqual([name, own.test(name)]);
    for (const [name, values] of gradients(model, false))
      expect([name, values.some((g) => g !== 0)]).toEqual([name, true]);
    model.dispose();
  },
);

it('trains a branch beside others exactly as it would alone', async () => {
  await loadEngine();
  const model = build({ weights: 'equal' });
  const together = gradients(model, false);
  const targets = [1, 0, 0, 1, 1, 1];
  tf.tidy(() => {
    const mel = model.parameters
      .trainableVariables()
      .filter(([name]) => /^(mel|fusion\/mel|head\/mel)\//.test(name));
    const { grads } = tf.variableGrads(
      () =>
        loss(
          tf.tensor2d(targets, [BATCH, LABELS]),
          model.forward(makeInputs(), { training: true, random: randomGenerator(2) }).branchLogits![0],
        ),
      mel.map(([, variable]) => variable),
    );
    for (const [name, variable] of mel) {
      const alone = grads[variable.name].dataSync();
      for (const [i, g] of together.get(name)!.entries()) expect(g).toBeCloseTo(alone[i], 6);
    }
  });
  model.dispose();
});

it.each(['learned', 'stacked'])('leaves %s weights alone in training', async (weights) => {
  await loadEngine();
  const model = build({ weights });
  const frozen = weights === 'stacked' ? 'fusion/stack/kernel' : 'fusion/weights';
  expect(model.parameters.trainableVariables().map(([name]) => name)).not.toContain(frozen);
  expect([...model.parameters.read().keys()]).toContain(frozen);
  for (const [name, values] of gradients(model, false))
    expect([name, values.some((g) => g !== 0)]).toEqual([name, true]);
  model.dispose();
});

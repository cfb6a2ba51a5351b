/** Networks as ONNX graphs: ONNX Runtime gives the scores that they give here. */
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { networkGraph } from '../../../src/hub/onnx/write/network.js';
import { writeOnnx } from '../../../src/hub/onnx/write/write-model.js';
import { traceNetwork } from '../../../src/hub/traced/network.js';
import { INFERENCE } from '../../../src/models/layers/training.js';
import type { ModelInputs, TaggingModel } from '../../../src/models/model.js';
import { zoo } from '../../../src/models/zoo/index.js';
import { availableEngines } from '../../engine/available.js';
import { disturb } from '../../models/disturb.js';
import { BATCH, build, CHOICES, FUSIONS, makeInputs, withoutModality } from '../../models/made-models.js';
import { buildSmall, makeMel, NETWORKS } from '../../models/zoo/small-networks.js';

beforeAll(async () => {
  await loadEngine(availableEngines[0]);
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
});

/** Added to weights: little, so that scores stay away from 0 and 1. */
const CHANGE: [number, number] = [-0.1, 0.1];

/** The first examples of a batch, as often as it takes. */
const examples = (tensor: tf.Tensor, count: number): tf.Tensor =>
  tf.gather(
    tensor,
    tf.tensor1d(
      Array.from({ length: count }, (_, i) => i % tensor.shape[0]),
      'int32',
    ),
  );

async function expectSameScores(model: TaggingModel, makeBatch: () => ModelInputs): Promise<void> {
  const before = tf.memory().numTensors;
  const forward = (inputs: ModelInputs): Record<string, tf.Tensor> => {
    const { logits, embedding } = model.forward(inputs, INFERENCE);
    return { scores: model.scores(logits), ...(embedding && { embedding }) };
  };
  const batchOf = (count: number): ModelInputs =>
    Object.fromEntries(Object.entries(makeBatch()).map(([name, tensor]) => [name, examples(tensor, count)]));
  const graph = networkGraph(traceNetwork({ makeInputs: batchOf, weights: model.parameters.all(), forward }));
  expect(tf.memory().numTensors).toBe(before);
  const file = writeOnnx({ name: 'test', description: 'A test.', version: '0', metadata: {}, ...graph });
  const session = await ort.InferenceSession.create(file);
  for (const count of [1, BATCH + 3]) {
    const [feeds, wanted] = [{}, {}] as [Record<string, ort.Tensor>, Record<string, Float32Array>];
    tf.tidy(() => {
      const inputs = batchOf(count);
      for (const name of session.inputNames) {
        const { shape, dtype } = inputs[name];
        feeds[name] =
          dtype === 'int32'
            ? new ort.Tensor('int32', inputs[name].dataSync<'int32'>().slice(), shape)
            : new ort.Tensor('float32', inputs[name].dataSync<'float32'>().slice(), shape);
      }
      for (const [name, tensor] of Object.entries(forward(inputs)))
        wanted[name] = tensor.dataSync<'float32'>().slice();
    });
    const given = await session.run(feeds);
    expect(session.outputNames).toEqual(Object.keys(wanted));
    for (const [name, values] of Object.entries(wanted)) {
      const found = given[name].data as Float32Array;
      expect(found).toHaveLength(values.length);
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0);
      expect(worst / largest, `${name} of ${count}`).toBeLessThan(1e-5);
    }
  }
  await session.release();
}

/** Each branch alone with one fusion, and all of them with every fusion. */
const CHOSEN = CHOICES.filter(([, { names, fusion, head }]) =>
  names.length === 1 ? fusion === FUSIONS[0] : head === 'sigmoid',
);

describe('in ONNX Runtime', () => {
  it.each(CHOSEN)('%s', async (_, choice) => {
    const model = build(choice);
    disturb(model, CHANGE);
    await expectSameScores(model, makeInputs);
    model.dispose();
  });

  it('the token of an absent modality', async () => {
    const fusion = FUSIONS.find(({ kind }) => kind === 'self-attention')!;
    const choice = { names: ['mel', 'lyrics'], fusion, head: 'sigmoid', segmentation: 'fixed' } as const;
    const model = build({ ...choice, names: [...choice.names] }, { absentToken: true });
    disturb(model, CHANGE);
    const silent = (): ModelInputs => withoutModality(makeInputs(), 'mel');
    await expectSameScores(model, makeInputs);
    await expectSameScores(model, silent);
    model.dispose();
  });

  it.each(NETWORKS)('%s', async (name) => {
    const model = buildSmall(name);
    disturb(model, CHANGE);
    await expectSameScores(model, () => ({ [zoo[name].input]: makeMel(name) }));
    model.dispose();
  });
});

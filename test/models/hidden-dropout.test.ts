import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadConfig } from '../../src/config/load.js';
import { loadEngine } from '../../src/engine/engine.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { buildModel } from '../../src/models/model.js';
import { modelSchema } from '../../src/models/spec.js';

const INPUTS = { mel: { length: 16, width: 16 }, waveform: { length: 81, width: 1 } };

/** Logits of one batch: in inference, and in training with two seeds of the dropout. */
async function logitsOf(branch: 'mel' | 'waveform', dropout?: number): Promise<number[][]> {
  await loadEngine();
  const spec = modelSchema().parse({
    branches: { [branch]: { channels: [4, 4], features: 4, ...(dropout !== undefined && { dropout }) } },
    fusion: { kind: 'self-attention', heads: 2, features: 4, attention: 4, hidden: 4, dropout: 0 },
  });
  const model = buildModel(spec, { inputs: INPUTS, labels: 2, head: 'sigmoid' }, 1);
  const random = randomGenerator(1, 'values');
  const shape = branch === 'mel' ? [3, 16, 16] : [3, 81];
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal());
  const modes = [
    INFERENCE,
    ...[1, 2].map((seed) => ({ training: true as const, random: randomGenerator(seed) })),
  ];
  const logits = modes.map((mode) =>
    tf.tidy(() => [...model.forward({ [branch]: tf.tensor(values, shape) }, mode).logits.dataSync()]),
  );
  model.dispose();
  return logits;
}

it.each(['mel', 'waveform'] as const)(
  'the hidden layers of %s are dropped in training alone',
  async (branch) => {
    const [plain, ,] = await logitsOf(branch);
    const [inference, first, second] = await logitsOf(branch, 0.5);
    expect(inference).toEqual(plain);
    expect(first).not.toEqual(second);
    const [, one, other] = await logitsOf(branch);
    expect(one).toEqual(other);
  },
);

it('configs/paper.yaml sets what the paper says', async () => {
  const { data, inputs, model, loss } = await loadConfig('configs/paper.yaml');
  expect(data).toMatchObject({ set: 'mtat', split: 'official', protocol: 'all', top_tags: 50 });
  expect(inputs).toMatchObject({ sample_rate: 16_000, pre_emphasis: 0.97, lyrics: { unit: 'character' } });
  const { mel, waveform, lyrics } = model.branches as Record<string, Record<string, unknown>>;
  for (const branch of [mel, waveform, lyrics])
    expect(branch).toMatchObject({ dropout: 0.5, lstm_units: 64 });
  expect(mel.segmentation).toBe('adaptive');
  expect(lyrics.train_embedding).toBe(false);
  expect(model.fusion).toMatchObject({ heads: 4, dropout: 0.5, norm: true, balanced: false });
  const { features, attention } = model.fusion as unknown as Record<string, number>;
  expect(attention).toBe(features);
  expect(loss.alpha).toBeGreaterThan(1);
});

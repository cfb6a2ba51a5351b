import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { buildModel } from '../../src/models/model.js';
import { modelSchema } from '../../src/models/spec.js';

const INPUTS = {
  mel: { length: 16, width: 16 },
  waveform: { length: 81, width: 1 },
  chroma: { length: 16, width: 12 },
  lyrics: { length: 12, width: 9 },
};
const BRANCHES = {
  mel: { channels: [4, 4], features: 4 },
  waveform: { channels: [4, 4], features: 4 },
  chroma: { kind: 'frames', channels: [4, 4], features: 4 },
  lyrics: { embedding: 4, filters: 4, widths: [2], dropout: 0 },
};
type Branch = keyof typeof BRANCHES;

/** Logits of one batch: in inference, and in training with two seeds of the dropout. */
async function logitsOf(branch: Branch, options: object = {}): Promise<number[][]> {
  await loadEngine();
  const spec = modelSchema().parse({
    branches: { [branch]: { ...BRANCHES[branch], ...options } },
    fusion: { kind: 'self-attention', heads: 2, features: 4, attention: 4, hidden: 4, dropout: 0 },
  });
  const model = buildModel(spec, { inputs: INPUTS, labels: 2, head: 'sigmoid' }, 1);
  const random = randomGenerator(1, 'values');
  const { length, width } = INPUTS[branch];
  const shape = branch === 'mel' || branch === 'chroma' ? [3, length, width] : [3, length];
  const draw = branch === 'lyrics' ? () => 1 + random.integer(width - 1) : () => random.normal();
  const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, draw);
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

const AUDIO: Branch[] = ['mel', 'waveform', 'chroma'];

it.each<[Branch, object]>([
  ...AUDIO.map((branch): [Branch, object] => [branch, { dropout: 0.5 }]),
  ['lyrics', { hidden_dropout: 0.5 }],
])('the hidden layers of %s are dropped in training alone', async (branch, options) => {
  const [plain] = await logitsOf(branch);
  const [inference, first, second] = await logitsOf(branch, options);
  expect(inference).toEqual(plain);
  expect(first).not.toEqual(second);
  const [, one, other] = await logitsOf(branch);
  expect(one).toEqual(other);
});

it.each<Branch>([...AUDIO, 'lyrics'])('the BiLSTM of %s is normalised on request', async (branch) => {
  const [, plain] = await logitsOf(branch, { lstm_units: 3 });
  const [, normalised] = await logitsOf(branch, { lstm_units: 3, lstm_norm: true });
  expect(normalised.every(Number.isFinite)).toBe(true);
  expect(normalised).not.toEqual(plain);
  // Without a BiLSTM there is nothing to normalise.
  const [alone] = await logitsOf(branch);
  expect((await logitsOf(branch, { lstm_norm: true }))[0]).toEqual(alone);
});

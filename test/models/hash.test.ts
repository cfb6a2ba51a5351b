/** A hash layer between embedding and labels. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { hasherOfNetwork } from '../../src/models/hashing/network.js';
import { decodeHasher, encodeHasher } from '../../src/models/hashing/stored.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { modelSchema } from '../../src/models/spec.js';
import { availableEngines } from '../engine/available.js';
import { BATCH, branchesWith, buildFrom, FUSIONS, LABELS, makeInputs } from './made-models.js';

const JOINED = FUSIONS.filter(({ kind }) => kind !== 'late-average');

describe.each(availableEngines)('a hash layer on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(JOINED)('gives a code and logits of it: $kind', (fusion) => {
    const before = tf.memory().numTensors;
    const model = buildFrom(
      { branches: branchesWith('mel', 'lyrics'), fusion, hash: { bits: 40 } },
      'softmax',
    );
    tf.tidy(() => {
      const { code, logits, embedding } = model.forward(makeInputs(), INFERENCE);
      expect([code!.shape, logits.shape]).toEqual([
        [BATCH, 40],
        [BATCH, LABELS],
      ]);
      const relaxed = code!.dataSync();
      expect(relaxed.every((q) => q > 0 && q < 1)).toBe(true);
      // The hasher of the weights gives the thresholded code from the embedding, stored and read as well.
      const hasher = hasherOfNetwork(model.parameters.read());
      const codes = hasher.encode(embedding!.dataSync<'float32'>(), BATCH);
      expect(decodeHasher(encodeHasher(hasher)).encode(embedding!.dataSync<'float32'>(), BATCH)).toEqual(
        codes,
      );
      for (let i = 0; i < relaxed.length; i++) {
        const [row, bit] = [Math.floor(i / 40), i % 40];
        if (Math.abs(relaxed[i] - 0.5) > 1e-4)
          expect((codes[row * 2 + (bit >> 5)] >>> (bit & 31)) & 1).toBe(Number(relaxed[i] >= 0.5));
      }
      // Logits are a layer over the relaxed code.
      const weights = model.parameters.read();
      const layer = tf.matMul(code!, tf.tensor2d(weights.get('classes/kernel')!.values, [40, LABELS]));
      const wanted = tf.add(layer, tf.tensor1d(weights.get('classes/bias')!.values)).dataSync();
      for (const [i, logit] of logits.dataSync().entries()) expect(logit).toBeCloseTo(wanted[i], 5);
    });
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what has no embedding to hash is refused', () => {
  it.each<[object, RegExp]>([
    [{ branches: { mel: {} }, fusion: { kind: 'late-average' }, hash: {} }, /late-average joins scores/],
    [{ zoo: { kind: 'musicnn' }, hash: {} }, /as in model\.branches\.musicnn/],
    [
      { baseline: { features: { kind: 'mfcc' }, classifier: { kind: 'svm-rbf' } }, hash: {} },
      /takes no hash/,
    ],
  ])('%o', (model, message) => {
    expect(() => modelSchema().parse(model)).toThrow(message);
  });
});

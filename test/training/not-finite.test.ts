import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../src/base/errors.js';
import { loadConfig } from '../../src/config/load.js';
import { type Dataset, examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { buildModel } from '../../src/models/model.js';
import { toTensors } from '../../src/models/predictor.js';
import { decodeSafetensors } from '../../src/models/safetensors.js';
import type { NetworkSpec } from '../../src/models/spec.js';
import { Batches } from '../../src/training/batches.js';
import { findNotFinite } from '../../src/training/not-finite.js';
import { prepare } from '../../src/training/prepare.js';
import { availableEngines } from '../engine/available.js';
import { makeWorkplace, type Workplace } from '../workplace.js';
import { type TinyJob, type Trained, trainTiny as trainTinyIn } from './tiny-training.js';

let workplace: Workplace;
let dataset: Dataset;
let folder: string;

beforeAll(async () => {
  workplace = await makeWorkplace();
  dataset = await loadDataset((await loadConfig(workplace.config)).data);
});
afterAll(() => workplace.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(workplace.folder, 'checkpoints-'));
});

const trainTiny = (overrides: string[] = [], job: TinyJob = {}): Promise<Trained> =>
  trainTinyIn({ config: workplace.config, dataset, folder }, overrides, job);

describe.each(availableEngines)('a training that diverges on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('ends in a sentence when the loss becomes NaN', async () => {
    const overrides = [
      'training.optimizer={kind: sgd, learning_rate: 1e+30}',
      'training.gradient_clip=null',
      'training.epochs=20',
    ];
    const before = tf.memory().numTensors;
    const failed = await trainTiny(overrides).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Failure);
    expect((failed as Error).message).toMatch(
      /^The loss became NaN in epoch \d+, step \d+, first in the (weight|output of|input|loss).*; (the last good checkpoint is epoch-\d{4}-step-\d{6}\.safetensors|there was no checkpoint yet)\. Lower training\.optimizer\.learning_rate/,
    );
    expect(tf.memory().numTensors).toBe(before);
    // No checkpoint holds a weight that is not a number.
    for (const name of await readdir(folder)) {
      const { weights } = decodeSafetensors(await readFile(join(folder, name)));
      for (const { values } of weights.values()) expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  it('names the input and the last good checkpoint where a batch holds a value that is not a number', async () => {
    const read = Batches.prototype.windows;
    let calls = 0;
    vi.spyOn(Batches.prototype, 'windows').mockImplementation(function (this: Batches, chunks, audio) {
      const batch = read.call(this, chunks, audio);
      // Not the single example by which memory is measured.
      if (chunks.length > 1) calls++;
      // The batch is read again to be looked at.
      if (calls === 4 || calls === 5) batch.values.mel[5] = Number.NaN;
      return batch;
    });
    const overrides = ['training.checkpoint_steps=2', '~model.branches.waveform', '~model.branches.lyrics'];
    await expect(trainTiny(overrides)).rejects.toThrow(
      /^The loss became NaN in epoch 1, step 4, first in the input mel; the last good checkpoint is epoch-0000-step-000002\.safetensors\./,
    );
  });

  it.each([
    ['mel/conv1/kernel', 'the weight mel/conv1/kernel, by the step before', Number.NaN],
    // The product overflows, while the weight does not.
    ['mel/conv2/kernel', 'the output of mel/conv2', 3e38],
  ])('finds where numbers end: %s', async (name, where, value) => {
    const config = await loadConfig(workplace.config, ['~model.branches.waveform', '~model.branches.lyrics']);
    const prepared = await prepare(config, dataset, { onNote: () => {} });
    const model = buildModel(config.model, prepared.shape, config.seed);
    const weights = model.parameters.read();
    const { values } = weights.get(name)!;
    values.fill(value);
    model.parameters.write(weights);
    const tensors = toTensors(config.model as NetworkSpec, prepared.inputs);
    const chunks = prepared.batches.epoch(examplesOf(dataset, 'train'), 0).slice(0, 4);
    const before = tf.memory().numTensors;
    expect(tf.tidy(() => findNotFinite(model, tensors(prepared.batches.windows(chunks))))).toBe(
      `first in ${where}`,
    );
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
    prepared.store?.close();
  });
});

import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/base/errors.js';
import { loadConfig } from '../../src/config/load.js';
import { examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { buildModel } from '../../src/models/model.js';
import { toTensors } from '../../src/models/predictor.js';
import type { NetworkSpec } from '../../src/models/spec.js';
import type { Chunk } from '../../src/training/batches.js';
import { bytesPerExample, explainStepError, memoryLimit, requireMemory } from '../../src/training/memory.js';
import { prepare } from '../../src/training/prepare.js';
import type { StepJob } from '../../src/training/step.js';
import { makeWorkplace, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  await loadEngine();
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

async function makeJob(...overrides: string[]): Promise<{ job: StepJob; chunks: Chunk[]; end(): void }> {
  const config = await loadConfig(workplace.config, overrides);
  const prepared = await prepare(config, await loadDataset(config.data), { onNote: () => undefined });
  const model = buildModel(config.model, prepared.shape, config.seed);
  const tensors = toTensors(config.model as NetworkSpec, prepared.inputs);
  const chunks = prepared.batches.epoch(examplesOf(prepared.dataset, 'train'), 0);
  return {
    job: { config, model, tensors, batches: prepared.batches },
    chunks: chunks.slice(0, config.training.batch_size),
    end() {
      model.dispose();
      prepared.store?.close();
    },
  };
}

describe('the memory of a step', () => {
  it('is that of the maps, grows with the window, and changes neither weights nor tensors', async () => {
    const [short, long] = [await makeJob(), await makeJob('inputs.chunk_seconds=2')];
    const before = short.job.model.parameters.read();
    const tensors = tf.memory().numTensors;
    const bytes = bytesPerExample(short.job, short.chunks[0]);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(short.job.model.parameters.read()).toEqual(before);
    // The waveform's first convolution alone gives 4 channels every third sample, and keeps them.
    expect(bytes).toBeGreaterThan(4 * 4 * (16_000 / 3));
    expect(bytes).toBeLessThan(20e6);
    const longer = bytesPerExample(long.job, long.chunks[0]);
    expect(longer / bytes).toBeGreaterThan(1.7);
    expect(longer / bytes).toBeLessThan(2.3);
    for (const { end } of [short, long]) end();
  });

  it('that is too large is refused with a batch size that is not', async () => {
    const { job, chunks, end } = await makeJob();
    const each = bytesPerExample(job, chunks[0]);
    requireMemory(job, chunks, 8 * each);
    expect(() => requireMemory(job, chunks, 7 * each)).toThrow(
      /^A step of 8 examples \(training\.batch_size: 8\) does not fit into memory: its layers' outputs take [\d.]+ GB, and there are [\d.]+ GB\. Try training\.batch_size: 3, or training\.accumulate: 3, which computes the same batch in 3 parts\.$/,
    );
    expect(() => requireMemory(job, chunks, each)).toThrow(
      /Not even one example fits: shorten inputs\.chunk/,
    );
    end();
  });

  it('in parts is that of a part', async () => {
    const { job, chunks, end } = await makeJob('training.accumulate=4');
    const each = bytesPerExample(job, chunks[0]);
    requireMemory(job, chunks, 2 * each);
    expect(() => requireMemory(job, chunks, each)).toThrow(
      /^A step of 2 examples \(training\.batch_size: 8\)/,
    );
    end();
  });

  it('is limited by what this machine has', () => {
    expect(memoryLimit()).toBeGreaterThan(1e8);
    expect(memoryLimit()).toBeLessThan(1e14);
  });
});

describe('an engine that has no memory left', () => {
  it.each([
    'OOM when allocating tensor with shape[64,128,1366,96] and type float on /job:localhost',
    'Array buffer allocation failed',
    'Invalid typed array length: 9663676416',
    'memory access out of bounds',
  ])('gives a sentence with the batch size to try: %s', (message) => {
    const explained = explainStepError(new RangeError(message), 64, 2);
    expect(explained).toBeInstanceOf(Failure);
    expect((explained as Failure).message).toMatch(
      /^A step of 32 examples .+ Try training\.batch_size: 16, or training\.accumulate: 4, which/,
    );
  });

  it('is not what other errors are taken for', () => {
    const error = new Error('Invalid shape');
    expect(explainStepError(error, 64, 1)).toBe(error);
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Failure, Interrupted } from '../../src/base/errors.js';
import { loadConfig } from '../../src/config/load.js';
import { type Dataset, examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { availableEngines } from '../engine/available.js';
import { makeWorkplace, type Workplace } from '../workplace.js';
import {
  epochsOf,
  STEPS,
  type TinyJob,
  type Trained,
  trainTiny as trainTinyIn,
  turnedRound,
} from './tiny-training.js';

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

const checkpoints = async (): Promise<string[]> => (await readdir(folder)).sort();

describe.each(availableEngines)('train on %s', (engine) => {
  let whole: Trained;

  beforeAll(async () => {
    await loadEngine(engine);
    folder = await mkdtemp(join(workplace.folder, 'whole-'));
    whole = await trainTiny();
  });

  it('gives the same weights to the bit for the same config, and others for another seed', async () => {
    const again = await trainTiny();
    expect(again.weights).toBe(whole.weights);
    expect(epochsOf(again)).toEqual(epochsOf(whole));
    expect((await trainTiny(['seed=2'])).weights).not.toBe(whole.weights);
  });

  it('writes a line an epoch, and keeps the last two checkpoints', async () => {
    const seen: number[] = [];
    const result = await trainTiny([], {
      onEpoch: async (history) => {
        seen.push(history.length);
      },
    });
    expect(seen).toEqual([1, 2, 3]);
    expect(result.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    for (const { train_loss, validation_loss, validation_metric, metric } of result.history) {
      expect(train_loss).toBeGreaterThan(0);
      expect(validation_loss).toBeGreaterThan(0);
      expect(metric).toBe('roc_auc');
      expect(validation_metric).toBeGreaterThan(0);
      expect(validation_metric).toBeLessThan(1);
    }
    expect(await checkpoints()).toEqual([
      'epoch-0002-step-000004.safetensors',
      'epoch-0003-step-000000.safetensors',
    ]);
  });

  it.each([STEPS, STEPS + 4])('gives the same weights when stopped in step %s and resumed', async (step) => {
    const stopped = await trainTiny([], { stopAfter: step }).catch((error: unknown) => error);
    expect(stopped).toBeInstanceOf(Interrupted);
    expect((stopped as Error).message).toMatch(
      /^Stopped in epoch [12] after \d of 5 steps; a checkpoint is kept/,
    );
    const resumed = await trainTiny([], { resume: true });
    expect(resumed.weights).toBe(whole.weights);
    expect(epochsOf(resumed)).toEqual(epochsOf(whole));
    expect(resumed.bestEpoch).toBe(whole.bestEpoch);
  });

  it('gives the same weights when stopped and resumed twice', async () => {
    await expect(trainTiny([], { stopAfter: 2 })).rejects.toThrow('Stopped in epoch 1');
    await expect(trainTiny([], { stopAfter: 6, resume: true })).rejects.toThrow('Stopped in epoch 2');
    expect((await trainTiny([], { resume: true })).weights).toBe(whole.weights);
  });

  it('gives the same weights when stopped and resumed with another optimiser and no clipping', async () => {
    const overrides = [
      'training.optimizer={kind: sgd, learning_rate: 0.01}',
      'training.gradient_clip=null',
      'training.epochs=2',
    ];
    const expected = await trainTiny(overrides);
    await rm(folder, { recursive: true });
    await expect(trainTiny(overrides, { stopAfter: 3 })).rejects.toThrow(Interrupted);
    expect((await trainTiny(overrides, { resume: true })).weights).toBe(expected.weights);
  });

  it('gives the same weights when stopped and resumed with adaptive segments', async () => {
    const overrides = ['model.branches.mel.segmentation=adaptive', 'training.epochs=2'];
    const expected = await trainTiny(overrides);
    expect((await trainTiny(['training.epochs=2'])).weights).not.toBe(expected.weights);
    await rm(folder, { recursive: true });
    await expect(trainTiny(overrides, { stopAfter: 3 })).rejects.toThrow(Interrupted);
    expect((await trainTiny(overrides, { resume: true })).weights).toBe(expected.weights);
  });

  it('gives the same weights when stopped and resumed with every augmentation', async () => {
    const kinds = [
      'time_stretch',
      'pitch_shift',
      'filter',
      'noise',
      'gain',
      'polarity',
      'mixup',
      'spec_augment',
    ];
    const augment = `training.augment={${kinds.map((kind) => `${kind}: {probability: 0.5}`).join(', ')}}`;
    const overrides = [augment, 'training.epochs=2'];
    const expected = await trainTiny(overrides);
    await rm(folder, { recursive: true });
    await expect(trainTiny(overrides, { stopAfter: STEPS + 3 })).rejects.toThrow(Interrupted);
    expect((await trainTiny(overrides, { resume: true })).weights).toBe(expected.weights);
  });

  it('gives the same weights when stopped and resumed with SpecAugment and mixup of frames of each window', async () => {
    const frames = ['inputs.mel.frames=window', 'training.epochs=2'];
    const augment = 'training.augment={gain: {}, mixup: {}, spec_augment: {}}';
    const plain = await trainTiny(frames);
    await rm(folder, { recursive: true });
    const expected = await trainTiny([...frames, augment]);
    expect(expected.weights).not.toBe(plain.weights);
    await rm(folder, { recursive: true });
    await expect(trainTiny([...frames, augment], { stopAfter: STEPS + 3 })).rejects.toThrow(Interrupted);
    expect((await trainTiny([...frames, augment], { resume: true })).weights).toBe(expected.weights);
  });

  it('trains no further when what it resumes is finished', async () => {
    const first = await trainTiny();
    const files = await checkpoints();
    const again = await trainTiny([], { resume: true });
    expect(again.weights).toBe(first.weights);
    expect(epochsOf(again)).toEqual(epochsOf(first));
    expect(await checkpoints()).toEqual(files);
  });

  it('falls back to the checkpoint before a damaged one, says so, and ends with the same weights', async () => {
    await expect(trainTiny([], { stopAfter: STEPS + 3 })).rejects.toThrow(Interrupted);
    const newest = (await checkpoints())[1];
    const bytes = await readFile(join(folder, newest));
    await writeFile(join(folder, newest), bytes.subarray(0, bytes.length / 2));
    const resumed = await trainTiny([], { resume: true });
    expect(resumed.notes).toContainEqual(expect.stringContaining(`The checkpoint ${newest} is damaged`));
    expect(resumed.weights).toBe(whole.weights);
  });

  it('refuses the checkpoints of another experiment, and leaves them alone', async () => {
    await expect(trainTiny([], { stopAfter: 3 })).rejects.toThrow(Interrupted);
    const files = await checkpoints();
    const refused = await trainTiny([], { resume: true, origin: { experiment: 'other' } }).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(Failure);
    expect((refused as Error).message).toMatch(/are of another experiment .+ run without --resume/);
    expect(await checkpoints()).toEqual(files);
  });

  it('stops early and leaves the weights of the best epoch', async () => {
    const turned = turnedRound(dataset);
    const overrides = [
      'training.epochs=30',
      'training.schedule.kind=constant',
      'training.early_stopping={metric: loss, patience: 2}',
    ];
    const stopped = await trainTiny(overrides, { validation: turned });
    const { history, bestEpoch } = stopped;
    expect(history.length).toBeLessThan(30);
    expect(history.length).toBe(bestEpoch + 2);
    const losses = history.map(({ validation_loss }) => validation_loss);
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(bestEpoch);
    await rm(folder, { recursive: true });
    const short = await trainTiny([...overrides, `training.epochs=${bestEpoch}`], { validation: turned });
    expect(short.weights).toBe(stopped.weights);
  });

  it('follows the loss, and says so, where no label of the validation split can be ranked', async () => {
    const validation = examplesOf(dataset, 'validation').slice(0, 1);
    const { history, notes } = await trainTiny(['training.epochs=1'], { validation });
    expect(notes).toEqual([
      expect.stringContaining('early stopping follows the loss in place of ROC-AUC'),
      expect.stringMatching(
        /^The validation split has 1 song, too few to choose the epoch by: .* up to ±0\.\d\d\.$/,
      ),
    ]);
    expect(history[0]).toMatchObject({ metric: 'loss', validation_metric: history[0].validation_loss });
  });

  it('learns: the loss of eight clips falls to a fraction', async () => {
    const few = examplesOf(dataset, 'train').slice(0, 8);
    const { history } = await trainTiny(
      ['training.epochs=30', 'training.optimizer.learning_rate=0.05', 'model.fusion.dropout=0'],
      { train: few, validation: few },
    );
    expect(history.at(-1)!.train_loss).toBeLessThan(history[0].train_loss / 2);
  });

  it('leaves no tensor behind, whether it ends, is stopped, is resumed or fails', async () => {
    const before = tf.memory().numTensors;
    await trainTiny();
    expect(tf.memory().numTensors).toBe(before);
    await rm(folder, { recursive: true });
    await expect(trainTiny([], { stopAfter: 3 })).rejects.toThrow(Interrupted);
    expect(tf.memory().numTensors).toBe(before);
    await expect(trainTiny([], { resume: true, origin: { experiment: 'other' } })).rejects.toThrow(Failure);
    expect(tf.memory().numTensors).toBe(before);
    await trainTiny([], { resume: true });
    expect(tf.memory().numTensors).toBe(before);
    await trainTiny(['~model.branches.waveform', 'model.branches.mel.lstm_units=3', 'training.epochs=1']);
    expect(tf.memory().numTensors).toBe(before);
  });
});

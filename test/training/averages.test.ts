/** Averages of weights over training: what they are the average of, what is kept of them, and that they go on to the bit. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Interrupted } from '../../src/base/errors.js';
import { loadConfig } from '../../src/config/load.js';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { constant } from '../../src/models/initializers.js';
import { batchNorm } from '../../src/models/layers/batch-norm.js';
import { Parameters, type WeightValues } from '../../src/models/parameters.js';
import type { AverageKind } from '../../src/training/averages/average.js';
import { averageSchema, averages } from '../../src/training/averages/index.js';
import { renewStatistics } from '../../src/training/averages/statistics.js';
import { WeightAverage } from '../../src/training/averages/weights.js';
import { readNewestCheckpoint } from '../../src/training/checkpoints.js';
import { trainingSchema } from '../../src/training/schema.js';
import type { StepJob } from '../../src/training/step.js';
import { availableEngines } from '../engine/available.js';
import { makeWorkplace, type Workplace } from '../workplace.js';
import { epochsOf, STEPS, type TinyJob, type Trained, trainTiny, turnedRound } from './tiny-training.js';

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

/** The mel branch alone, so that many trainings are cheap. */
const SMALL = ['~model.branches.waveform', '~model.branches.lyrics', 'training.schedule=constant'];

const trainSmall = (overrides: string[], job: TinyJob = {}): Promise<Trained> =>
  trainTiny({ config: workplace.config, dataset, folder }, [...SMALL, ...overrides], job);

type Weights = ReadonlyMap<string, WeightValues>;

describe.each(Object.keys(averages) as (keyof typeof averages)[])('average %s', (name) => {
  const kind = averages[name] as unknown as AverageKind;
  const options = averageSchema.parse({ kind: name });

  it('takes in some of the present weights, and less as it goes on', () => {
    const shares = [0, 1, 5, 50, 5000].map((updates) =>
      kind.share(options, { updates, epoch: 39, epochs: 40 }),
    );
    for (const [i, share] of shares.entries()) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
      if (i > 0) expect(share).toBeLessThanOrEqual(shares[i - 1]);
    }
  });

  describe.each(availableEngines)('on engine %s', (engine) => {
    beforeAll(async () => {
      await loadEngine(engine);
    });

    it('ends with the same weights when stopped and resumed, and leaves no tensor behind', async () => {
      const overrides = ['training.epochs=4', `training.average=${name}`];
      if (name === 'swa') overrides.push('training.average.from=0.3');
      const before = tf.memory().numTensors;
      const expected = await trainSmall(overrides);
      folder = await mkdtemp(join(workplace.folder, 'checkpoints-'));
      const stops = [2, STEPS - 2, STEPS + 1, 3];
      for (const [i, stopAfter] of stops.entries())
        await expect(trainSmall(overrides, { stopAfter, resume: i > 0 })).rejects.toThrow(Interrupted);
      const resumed = await trainSmall(overrides, { resume: true });
      expect(resumed.weights).toBe(expected.weights);
      expect(epochsOf(resumed)).toEqual(epochsOf(expected));
      expect((await trainSmall(['training.epochs=4'])).weights).not.toBe(expected.weights);
      expect(tf.memory().numTensors).toBe(before);
    });

    it('is equal to weights that do not change, to the bit', () => {
      const parameters = new Parameters(1);
      const weight = parameters.trainable<tf.Tensor1D>('w', [3], constant(0.1));
      const average = new WeightAverage(averageSchema.parse({ kind: name }), parameters, 4);
      for (const epoch of [0, 1, 2, 3]) {
        average.afterStep(epoch);
        average.afterEpoch(epoch);
      }
      expect(average.hasBegun).toBe(true);
      expect(average.read().weights.get('w')!.values).toEqual(weight.dataSync<'float32'>());
      average.dispose();
      parameters.dispose();
    });
  });
});

describe.each(availableEngines)('averaged weights on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  /** The averages after weights of 1, 2, … at the end of epochs of one step. */
  function averagesOf(options: object, epochs: number): number[] {
    const parameters = new Parameters(1);
    const weight = parameters.trainable('w', [1], constant(0)) as unknown as tf.Variable;
    const average = new WeightAverage(averageSchema.parse(options), parameters, epochs);
    const seen = Array.from({ length: epochs }, (_, epoch) => {
      tf.tidy(() => weight.assign(tf.tensor1d([epoch + 1])));
      average.afterStep(epoch);
      average.afterEpoch(epoch);
      average.afterEpoch(epoch);
      return average.read().weights.get('w')!.values[0];
    });
    average.dispose();
    parameters.dispose();
    return seen;
  }

  it('of swa are the mean of the last epochs, each taken in once', () => {
    expect(averagesOf({ kind: 'swa', from: 0.5 }, 6)).toEqual([0, 0, 0, 4, 4.5, 5]);
  });

  it('of ema follow faster in the first steps', () => {
    const [first, second, third] = averagesOf({ kind: 'ema', decay: 0.5 }, 3);
    // Kept: 2/11 and 3/12, until that is more than the decay.
    expect([first, second]).toEqual([1, expect.closeTo(1 * (2 / 11) + 2 * (9 / 11), 6)]);
    expect(third).toBeCloseTo(second * 0.25 + 3 * 0.75, 6);
  });

  it('are exchanged with the weights, and back', () => {
    const parameters = new Parameters(1);
    const weight = parameters.trainable('w', [1], constant(3)) as unknown as tf.Variable;
    const average = new WeightAverage(averageSchema.parse({ kind: 'ema' }), parameters, 1);
    average.afterStep(0);
    tf.tidy(() => weight.assign(tf.tensor1d([7])));
    average.exchange();
    expect([weight.dataSync()[0], average.read().weights.get('w')!.values[0]]).toEqual([3, 7]);
    average.exchange();
    expect([weight.dataSync()[0], average.read().weights.get('w')!.values[0]]).toEqual([7, 3]);
    average.dispose();
    parameters.dispose();
  });

  it('get statistics that are the mean of the batches’ own, whatever they were before', async () => {
    const parameters = new Parameters(1);
    const norm = batchNorm(parameters, 'norm', 1);
    const rows = [0, 2, 4, 8, 10, 11];
    const job = {
      config: { seed: 1, training: trainingSchema.parse({ batch_size: 2 }) },
      model: {
        parameters,
        forward: ({ x }: { x: tf.Tensor2D }, mode: never) => norm(x, mode),
      },
      tensors: (values: number[]) => ({ x: tf.tensor2d(values, [values.length, 1]) }),
      batches: { windows: (values: number[]) => values },
    } as unknown as StepJob;
    const stored = (): number[] =>
      ['norm/mean', 'norm/variance'].map((key) => parameters.read().get(key)!.values[0]);
    for (let time = 0; time < 2; time++) {
      await renewStatistics(job, rows as never, 0);
      // Moments of [0, 2], [4, 8] and [10, 11]: means 1, 6, 10.5; unbiased variances 2, 8, 0.5.
      const [mean, variance] = stored();
      expect(mean).toBeCloseTo(17.5 / 3, 5);
      expect(variance).toBeCloseTo(10.5 / 3, 5);
    }
    expect(parameters.momentum).toBe(0.1);
    parameters.dispose();
  });

  it('are what is evaluated and kept, with their statistics, while training goes on with its own', async () => {
    const seen: Weights[] = [];
    const { history, bestEpoch } = await trainSmall(
      ['training.epochs=4', 'training.average={kind: swa, from: 0.5}'],
      {
        // Learning makes it worse, so that the first epoch would be the best one without an average.
        validation: turnedRound(dataset),
        onEpoch: async () => {
          seen.push((await readNewestCheckpoint(folder, () => {}))!.weights);
        },
      },
    );
    expect(history.map(({ averaged }) => averaged ?? false)).toEqual([false, false, true, true]);
    expect(bestEpoch).toBeGreaterThan(2);
    const { average, best } = (await readNewestCheckpoint(folder, () => {}))!;
    const kernels = [...average.keys()].filter((name) => name.endsWith('kernel'));
    expect(kernels.length).toBeGreaterThan(3);
    for (const name of kernels)
      for (const [i, value] of average.get(name)!.values.entries())
        expect(value).toBeCloseTo((seen[2].get(name)!.values[i] + seen[3].get(name)!.values[i]) / 2, 6);
    if (bestEpoch === 4) expect(best).toEqual(average);
    else expect(best.get(kernels[0])!.values).toEqual(seen[2].get(kernels[0])!.values);
  });
});

/** Training in phases: other optimisers and rates after some epochs, from the best epoch's weights. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Interrupted } from '../../src/base/errors.js';
import { loadConfig } from '../../src/config/load.js';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { readNewestCheckpoint } from '../../src/training/checkpoints.js';
import { phaseAt, phasesOf } from '../../src/training/phases.js';
import { trainingSchema } from '../../src/training/schema.js';
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
const SMALL = ['~model.branches.waveform', '~model.branches.lyrics'];

const trainSmall = (overrides: string[], job: TinyJob = {}): Promise<Trained> =>
  trainTiny({ config: workplace.config, dataset, folder }, [...SMALL, ...overrides], job);

const OVERRIDES = [
  'training.epochs=4',
  'training.schedule=one-cycle',
  'training.phases=[{after: 1, optimizer: {kind: sgd, learning_rate: 0.02, decay: l2, weight_decay: 0.01}}, {after: 2, start: last, optimizer: {kind: sgd, learning_rate: 0.004}, schedule: {kind: step, every_epochs: 1, factor: 0.5}}]',
];

describe.each(availableEngines)('phases on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it('end with the same weights when stopped and resumed in each and at each switch', async () => {
    const before = tf.memory().numTensors;
    const expected = await trainSmall(OVERRIDES);
    expect(expected.history.map(({ phase }) => phase)).toEqual([1, 2, 3, 3]);
    const rates = expected.history.map(({ learning_rate }) => learning_rate);
    // One cycle over the first epoch ends at a 250,000th of the rate; each later phase has its own schedule.
    expect(rates).toEqual([expect.closeTo(0.01 / 250_000, 12), 0.02, 0.004, 0.002]);
    folder = await mkdtemp(join(workplace.folder, 'checkpoints-'));
    // Inside the first phase; in its last step; in the first of the second; in its last; inside the third.
    const stops = [2, STEPS - 2, 1, STEPS - 1, 3];
    for (const [i, stopAfter] of stops.entries())
      await expect(trainSmall(OVERRIDES, { stopAfter, resume: i > 0 })).rejects.toThrow(Interrupted);
    const resumed = await trainSmall(OVERRIDES, { resume: true });
    expect(resumed.weights).toBe(expected.weights);
    expect(epochsOf(resumed)).toEqual(epochsOf(expected));
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(['best', 'last'])('begin with the weights of the %s epoch', async (start) => {
    const still = `training.phases=[{after: 3, start: ${start}, optimizer: {kind: sgd, learning_rate: 1e-30}}]`;
    const metric = 'training.early_stopping={metric: loss, patience: 1}';
    const { bestEpoch, history } = await trainSmall(['training.epochs=4', still, metric], {
      validation: turnedRound(dataset),
    });
    // Patience does not end a phase before the last.
    expect([bestEpoch < 3, history.length]).toEqual([true, 4]);
    const { weights, best } = (await readNewestCheckpoint(folder, () => {}))!;
    const kernels = [...weights.keys()].filter((name) => name.endsWith('kernel'));
    const areBest = kernels.map((name) => weights.get(name)!.values.join() === best.get(name)!.values.join());
    expect(new Set(areBest)).toEqual(new Set([start === 'best']));
  });
});

describe('phases', () => {
  it('say so where the epochs end before they begin', async () => {
    await loadEngine(availableEngines[0]);
    const { notes, history } = await trainSmall([...OVERRIDES, 'training.epochs=1']);
    expect(notes).toContain(
      'training.phases: the phases after 1, 2 epochs do not begin, because training.epochs is 1.',
    );
    expect(history[0]).not.toHaveProperty('phase');
  });

  it('divide the epochs among them', () => {
    const optimizer = { kind: 'sgd' };
    const training = trainingSchema.parse({
      epochs: 9,
      phases: [4, 6, 9].map((after) => ({ after, optimizer })),
    });
    const phases = phasesOf(training);
    expect(phases.map(({ begin, end }) => [begin, end])).toEqual([
      [0, 4],
      [4, 6],
      [6, 9],
    ]);
    expect([0, 3, 4, 6, 8].map((epoch) => phaseAt(phases, epoch).index)).toEqual([0, 0, 1, 2, 2]);
    expect(phases.map(({ schedule }) => schedule.kind)).toEqual(['cosine', 'constant', 'constant']);
  });

  it.each(['fcn', 'crnn', 'musicnn-won', 'samplecnn', 'short-chunk', 'cnnsa', 'harmonic-cnn', 'vgg16'])(
    'of configs/%s.yaml are those of Won et al.',
    async (name) => {
      const phases = phasesOf((await loadConfig(`configs/${name}.yaml`)).training);
      expect(phases.map(({ begin, start, optimizer }) => [begin, start, optimizer])).toEqual(
        (
          [
            [0, 'last', 'adam', 1e-4],
            [80, 'best', 'sgd', 1e-3],
            [100, 'best', 'sgd', 1e-4],
            [120, 'best', 'sgd', 1e-5],
          ] as const
        ).map(([begin, start, kind, rate]) => [
          ...[begin, start],
          { kind, learning_rate: rate, weight_decay: 1e-4, decay: 'l2', decayed: 'all', momentum: 0.9 },
        ]),
      );
    },
  );

  it.each([
    ['training.schedule', 'training={optimizer: {kind: rmsprop}, schedule: one-cycle}'],
    [
      'training.phases.0.schedule',
      'training.phases=[{after: 1, optimizer: {kind: rmsprop}, schedule: one-cycle}]',
    ],
  ])('and schedules that move a momentum need one: %s', async (key, override) => {
    await expect(loadConfig(workplace.config, [override])).rejects.toThrow(
      `${key}.momentum: rmsprop has no momentum for the schedule to move; give null.`,
    );
  });

  it('and parts need an example each', async () => {
    await expect(loadConfig(workplace.config, ['training.accumulate=9'])).rejects.toThrow(
      'training.accumulate: a batch of 8 (training.batch_size) cannot be computed in 9 parts; give at most 8.',
    );
  });

  it('must follow one another', () => {
    const given = { phases: [3, 3].map((after) => ({ after, optimizer: {} })) };
    expect(() => trainingSchema.parse(given)).toThrow(/which begins after 3 epochs; give a larger number/);
  });
});

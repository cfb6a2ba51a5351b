/** A step in parts against the step of the whole batch, with a network that has no batch normalisation. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { glorotUniform } from '../../src/models/initializers.js';
import { dense } from '../../src/models/layers/dense.js';
import { dropout } from '../../src/models/layers/training.js';
import { Parameters } from '../../src/models/parameters.js';
import { lossOf } from '../../src/training/losses/index.js';
import { Optimizer } from '../../src/training/optimizers.js';
import { trainingSchema } from '../../src/training/schema.js';
import { type StepJob, trainStep } from '../../src/training/step.js';
import { availableEngines } from '../engine/available.js';

const [EXAMPLES, WIDTH, LABELS] = [7, 5, 3];

/** Numbers between -1 and 1 that a place decides. */
const numberAt = (row: number, column: number): number => Math.sin(1 + 3 * row + 7 * column);

/** The weights, the loss, and the number of dropout's generators after three steps. */
function afterSteps(accumulate: number, rate = 0): { weights: number[]; losses: number[] } {
  const parameters = new Parameters(1);
  const toHidden = dense(parameters, 'hidden', WIDTH, 4, glorotUniform);
  const head = dense(parameters, 'head', 4, LABELS, glorotUniform);
  const training = trainingSchema.parse({ accumulate, optimizer: { learning_rate: 0.05 } });
  const job = {
    config: { seed: 1, loss: { alpha: 1 }, training },
    model: {
      parameters,
      forward: ({ x }: { x: tf.Tensor2D }, mode: never) => ({
        logits: head(dropout(tf.tanh(toHidden(x)), rate, mode)),
      }),
    },
    tensors: (rows: number[]) => ({
      x: tf.tensor2d(rows.map((row) => Array.from({ length: WIDTH }, (_, i) => numberAt(row, i)))),
    }),
    batches: {
      windows: (rows: number[]) => rows,
      softTargets: () => null,
      targets: (rows: number[]) =>
        tf.tensor2d(rows.map((row) => Array.from({ length: LABELS }, (_, i) => (row + i) % 2))),
    },
  } as unknown as StepJob;
  const optimizer = new Optimizer(training.optimizer, parameters.trainableVariables());
  const rows = Array.from({ length: EXAMPLES }, (_, row) => row);
  const losses = [0, 1, 2].map(
    (step) =>
      trainStep(
        job,
        lossOf({ alpha: 1 }, { task: 'tagging' }),
        optimizer,
        rows as never,
        { epoch: 0, step },
        { rate: 1 },
      ).total,
  );
  const weights = [...parameters.read().values()].flatMap(({ values }) => [...values]);
  optimizer.dispose();
  parameters.dispose();
  return { weights, losses };
}

describe.each(availableEngines)('a step in parts on %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each([2, 3, 7, 50])('of %s parts is that of the whole batch', (parts) => {
    const [whole, split] = [afterSteps(1), afterSteps(parts)];
    for (const [i, weight] of whole.weights.entries()) expect(split.weights[i]).toBeCloseTo(weight, 4);
    for (const [i, loss] of whole.losses.entries()) expect(split.losses[i]).toBeCloseTo(loss, 5);
    expect(whole.losses[2]).toBeLessThan(whole.losses[0]);
  });

  it('draws the dropout of each part anew, and the same in each training', () => {
    expect(afterSteps(2, 0.5)).toEqual(afterSteps(2, 0.5));
    expect(afterSteps(2, 0.5)).not.toEqual(afterSteps(1, 0.5));
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    afterSteps(3);
    expect(tf.memory().numTensors).toBe(before);
  });
});

/**
 * The learning-rate range test (Smith 2017): a short training whose learning rate grows exponentially from step to step,
 * until the loss rises far above its least value.
 */
import * as tf from '@tensorflow/tfjs-core';
import { Failure, Interrupted } from '../base/errors.js';
import { startProgress } from '../base/progress.js';
import type { Example } from '../data/dataset.js';
import { objectiveOf } from './distillation.js';
import { rateFactors } from './layer-patterns.js';
import type { LossContext } from './losses/index.js';
import { findNotFinite } from './not-finite.js';
import { Optimizer } from './optimizers.js';
import { type StepJob, trainStep } from './step.js';

/** A step of the test. */
export interface RatePoint {
  rate: number;
  loss: number;
  /** Exponential average of the losses up to here, corrected for its start at zero. */
  smoothed: number;
}

export interface RateSearch {
  /** At least one. */
  points: RatePoint[];
  /** Where the smoothed loss falls most steeply over the logarithm of the rate; null where it never falls. */
  suggestion: number | null;
  /** Whether the test ended early because the loss diverged. */
  diverged: boolean;
}

/** The rates of a test, and its length. */
export interface RateRange {
  lowest: number;
  highest: number;
  steps: number;
}

/** The usual range: 100 steps from 1e-6 to 1. */
export const USUAL_RANGE: RateRange = { lowest: 1e-6, highest: 1, steps: 100 };

/** Share of the average that stays at each step. */
const SMOOTHING = 0.95;

/** The test ends when the smoothed loss is this many times its least value. */
const DIVERGED = 4;

/** Points at either side that a slope is fitted to: batches differ by more than neighbouring rates do. */
const REACH = 5;

/** Points at either end that suggest nothing: the average has just begun, or the loss has begun to diverge. */
const SKIPPED = { first: 10, last: 5 };

/**
 * Runs the test on a model, whose weights it changes, with the optimiser, the batch size and the layers' factors of the
 * config; batches, chunks and dropout are those of the first epochs of its training.
 *
 * @throws Interrupted when the signal stops it; Failure when the loss is NaN at the first step
 */
export async function findLearningRate(
  job: StepJob & { train: Example[]; context: LossContext; signal?: AbortSignal },
  { lowest, highest, steps }: RateRange = USUAL_RANGE,
): Promise<RateSearch> {
  const { config, model, batches, train } = job;
  const { optimizer: options, batch_size: size, learning_rates } = config.training;
  const objective = objectiveOf(config.loss, job.context, undefined);
  const { parameters } = model;
  const optimizer = new Optimizer(
    { ...options, learning_rate: 1 },
    parameters.trainableVariables(),
    rateFactors(parameters, learning_rates),
  );
  const stepsPerEpoch = Math.max(1, Math.floor(batches.epochSize(train) / size));
  const progress = startProgress('Learning rates', steps, 'steps');
  const points: RatePoint[] = [];
  let [average, least, diverged] = [0, Number.POSITIVE_INFINITY, false];
  let epoch = batches.epoch(train, 0);
  try {
    for (let i = 0; i < steps && !diverged; i++) {
      if (job.signal?.aborted) throw new Interrupted('Stopped; nothing was written.');
      const state = { epoch: Math.floor(i / stepsPerEpoch), step: i % stepsPerEpoch };
      if (state.step === 0 && i > 0) epoch = batches.epoch(train, state.epoch);
      const chunks = epoch.slice(state.step * size, (state.step + 1) * size);
      const rate = lowest * (highest / lowest) ** (i / Math.max(1, steps - 1));
      const { total: loss } = trainStep(job, objective, optimizer, chunks, state, { rate });
      if (!Number.isFinite(loss)) {
        // At the least rate nothing has diverged: what is learned from, or with, is at fault.
        if (i === 0)
          throw new Failure(
            `The loss is NaN at the first step, ${tf.tidy(() => findNotFinite(model, job.tensors(batches.windows(chunks))))}; check the data and the weights that training begins with.`,
          );
        diverged = true;
        break;
      }
      average = SMOOTHING * average + (1 - SMOOTHING) * loss;
      const smoothed = average / (1 - SMOOTHING ** (i + 1));
      points.push({ rate, loss, smoothed });
      least = Math.min(least, smoothed);
      diverged = smoothed > DIVERGED * least;
      progress.update(i + 1, `rate ${rate.toExponential(1)}, loss ${smoothed.toFixed(4)}`);
      // Gives signals and the progress bar a turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    progress.stop();
    optimizer.dispose();
  }
  return { points, suggestion: steepestRate(points), diverged };
}

/**
 * The rate at which the smoothed loss falls most steeply over the logarithm of the rate, by a line through the five points at
 * either side (least squares); null where it falls nowhere. The first ten and the last five points suggest nothing.
 */
export function steepestRate(points: readonly Pick<RatePoint, 'rate' | 'smoothed'>[]): number | null {
  let best: { rate: number; slope: number } | null = null;
  for (let i = SKIPPED.first; i < points.length - SKIPPED.last; i++) {
    const slope = slopeOf(points.slice(Math.max(0, i - REACH), i + REACH + 1));
    if (slope < 0 && (!best || slope < best.slope)) best = { rate: points[i].rate, slope };
  }
  return best?.rate ?? null;
}

/** Slope of the loss over log rate, by least squares. */
function slopeOf(points: readonly Pick<RatePoint, 'rate' | 'smoothed'>[]): number {
  const x = points.map(({ rate }) => Math.log(rate));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [centre, level] = [mean(x), mean(points.map(({ smoothed }) => smoothed))];
  const covariance = points.reduce((sum, { smoothed }, i) => sum + (x[i] - centre) * (smoothed - level), 0);
  return covariance / x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

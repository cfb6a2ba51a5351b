/** The training loop. */
import * as tf from '@tensorflow/tfjs-core';
import { type Failure, Interrupted, Paused } from '../base/errors.js';
import { startProgress } from '../base/progress.js';
import type { Example } from '../data/dataset.js';
import type { EpochRecord } from '../eval/run-report.js';
import type { WindowBatch } from '../inputs/window.js';
import type { TaggingModel } from '../models/model.js';
import type { ToTensors } from '../models/predictor.js';
import { renewStatistics } from './averages/statistics.js';
import type { WeightAverage } from './averages/weights.js';
import type { Batches, Chunk } from './batches.js';
import { type Origin, type TrainingState, writeCheckpoint } from './checkpoints.js';
import { objectiveOf } from './distillation.js';
import { type Loss, type LossContext, lossOf } from './losses/index.js';
import { explainStepError, requireMemory } from './memory.js';
import { divergence, findNotFinite, notFiniteWeight } from './not-finite.js';
import { phaseAt, phasesOf } from './phases.js';
import { type Evaluation, predict } from './predict.js';
import { ReadAhead } from './read-ahead.js';
import { scheduleAt } from './schedules/index.js';
import type { StepFactors } from './schedules/schedule.js';
import type { Experiment } from './schema.js';
import { enterPhase, startingPoint } from './starting-point.js';
import { partsOf, type StepLoss, trainStep } from './step.js';
import { scoreOf, smallValidationNote, usableMetric, validationMetrics } from './validation-metric.js';

/** Model, data and settings of a training. */
export interface TrainingJob {
  config: Pick<Experiment, 'seed' | 'loss' | 'training' | 'evaluation'>;
  labels: string[];
  /** What the loss depends on besides the logits. */
  context: LossContext;
  model: TaggingModel;
  tensors: ToTensors;
  batches: Batches;
  train: Example[];
  validation: Example[];
  /** `checkpoints/` of the run. */
  checkpointFolder: string;
  /** Hashes of everything that decides the weights, and of the data's files. */
  origin: Origin;
  /** Continue from the newest checkpoint. */
  resume: boolean;
  /** Stop after this many epochs, as if interrupted there; the learning rate follows all of them. */
  pauseAfter?: number;
  signal?: AbortSignal;
  /** Called after each epoch, with all epochs so far. */
  onEpoch?: (history: EpochRecord[]) => Promise<void>;
  /**
   * Called up to `LOSS_POINTS` times in an epoch, with the steps done in all epochs and the mean loss of the steps since
   * the last call.
   */
  onLoss?: (step: number, loss: number) => Promise<void>;
  onNote?: (note: string) => void;
}

/** Most points of the loss curve in an epoch. */
const LOSS_POINTS = 100;

/** Result of training. The model has the weights of the best epoch. */
export interface TrainingResult {
  history: EpochRecord[];
  bestEpoch: number;
  seconds: number;
}

/**
 * Trains a model until the epochs are done or the validation metric stops rising, and leaves the best epoch's weights
 * in it. Batches, chunks and dropout are pure functions of seed, epoch and step, and checkpoints hold the optimiser's
 * state, so that a killed and resumed run ends with the same weights. Throws Interrupted when the signal stops it,
 * after a checkpoint; Paused where `pauseAfter` ends it; Failure when the loss becomes NaN.
 */
export async function train(job: TrainingJob): Promise<TrainingResult> {
  const { config, model, tensors, batches } = job;
  const { task } = job.context;
  const { training } = config;
  const loss = lossOf(config.loss, job.context);
  const objective = objectiveOf(config.loss, job.context, training.distillation);
  const phases = phasesOf(training);
  const stepsPerEpoch = Math.max(1, Math.floor(batches.epochSize(job.train) / training.batch_size));
  const late = training.phases?.filter(({ after }) => after >= training.epochs) ?? [];
  if (late.length > 0)
    job.onNote?.(
      `training.phases: ${late.length === 1 ? 'the phase' : 'the phases'} after ${late.map(({ after }) => after).join(', ')} epochs ${late.length === 1 ? 'does' : 'do'} not begin, because training.epochs is ${training.epochs}.`,
    );
  const metric = usableMetric(training.early_stopping.metric, task, job.validation, job.onNote);
  const small = smallValidationNote(job.validation, 'epoch');
  if (small !== null) job.onNote?.(small);
  const start = await startingPoint(job, phases);
  const { state, average } = start;
  let { best, optimizer } = start;
  const started = performance.now() - state.seconds * 1000;
  const elapsed = (): number => (performance.now() - started) / 1000;
  const diverged = (where: string): Promise<Failure> => divergence(state, where, job.checkpointFolder);
  const save = async (): Promise<void> => {
    state.seconds = elapsed();
    const weights = model.parameters.read();
    // The checkpoints before stay the newest ones.
    const broken = notFiniteWeight(weights);
    if (broken !== null) throw await diverged(`first in the weight ${broken}, by the step before`);
    const { steps, slots } = optimizer.read();
    state.optimizerSteps = steps;
    const averaged = average?.read();
    if (averaged) state.average = averaged.state;
    await writeCheckpoint(job.checkpointFolder, {
      ...{ state, weights, slots, best, average: averaged?.weights ?? new Map() },
    });
  };
  const stop = async (): Promise<never> => {
    await save();
    throw new Interrupted(
      `Stopped in epoch ${state.epoch + 1} after ${state.step} of ${stepsPerEpoch} steps; a checkpoint is kept, and the same command with --resume continues from it.`,
    );
  };
  /** What the schedule decides for a step of the epoch that is under way. */
  const factorsAt = (step: number): StepFactors => {
    const { schedule, begin, end } = phaseAt(phases, state.epoch);
    return scheduleAt(schedule, (state.epoch - begin) * stepsPerEpoch + step, stepsPerEpoch, end - begin);
  };
  const progress = startProgress('Training', training.epochs * stepsPerEpoch, 'steps');
  const every = Math.ceil(stepsPerEpoch / LOSS_POINTS);
  let recent: number[] = [];
  const ahead = new ReadAhead(batches);
  try {
    requireMemory(job, batches.epoch(job.train, state.epoch).slice(0, training.batch_size));
    while (!state.finished && state.epoch < training.epochs) {
      if (job.pauseAfter !== undefined && state.epoch >= job.pauseAfter)
        throw new Paused(
          `Paused after ${state.epoch} of ${training.epochs} epochs; the same command with --resume continues.`,
        );
      const phase = phaseAt(phases, state.epoch);
      if (phase.index > 0 && state.epoch === phase.begin && state.step === 0) {
        if (phase.start === 'best') average?.restart();
        optimizer = enterPhase(phase, phases[phase.index - 1], model, { optimizer, best });
      }
      const chunks = batches.epoch(job.train, state.epoch);
      const epochStarted = elapsed();
      const batchAt = (step: number): Chunk[] =>
        chunks.slice(step * training.batch_size, (step + 1) * training.batch_size);
      const steps = Array.from({ length: stepsPerEpoch - state.step }, (_, i) => state.step + i);
      ahead.plan(steps.flatMap((step) => partsOf(batchAt(step), training.accumulate)));
      while (state.step < stepsPerEpoch) {
        if (job.signal?.aborted) await stop();
        const done = state.epoch * stepsPerEpoch + state.step;
        const batch = batchAt(state.step);
        const windows: WindowBatch[] = [];
        for (const _ of partsOf(batch, training.accumulate)) windows.push(await ahead.next());
        const { total, joint } = stepOrExplain(job, () =>
          trainStep(job, objective, optimizer, batch, state, factorsAt(state.step), windows),
        );
        if (!Number.isFinite(total))
          throw await diverged(tf.tidy(() => findNotFinite(model, tensors(batches.windows(batch)))));
        average?.afterStep(state.epoch);
        state.lossSum += joint;
        state.step++;
        recent.push(joint);
        if (state.step % every === 0 || state.step === stepsPerEpoch) {
          await job.onLoss?.(done + 1, recent.reduce((sum, loss) => sum + loss, 0) / recent.length);
          recent = [];
        }
        progress.update(
          done + 1,
          `epoch ${state.epoch + 1}/${training.epochs}, loss ${(state.lossSum / state.step).toFixed(4)}${lastMetric(state)}`,
        );
        if (state.step % training.checkpoint_steps === 0 && state.step < stepsPerEpoch) await save();
        // Gives signals and the progress bar a turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
      average?.afterEpoch(state.epoch);
      const isAveraged = average?.hasBegun ?? false;
      const evaluation = await validate(job, loss, average, chunks, state.epoch).catch((error: unknown) => {
        // The epoch's steps are all done: the checkpoint records that, and a resumption begins with this evaluation.
        if (error instanceof Interrupted) return stop();
        throw error;
      });
      const value = validationMetrics[metric].value(evaluation);
      const score = value === null ? null : scoreOf(metric, value);
      // What is kept is an average, once there is one.
      if (isAveraged && !state.history.at(-1)?.averaged) [state.best, best] = [null, new Map()];
      state.history.push({
        epoch: state.epoch + 1,
        train_loss: state.lossSum / state.step,
        validation_loss: evaluation.loss,
        metric,
        validation_metric: value,
        learning_rate: phase.optimizer.learning_rate * factorsAt(stepsPerEpoch - 1).rate,
        ...(phases.length > 1 && { phase: phase.index + 1 }),
        ...(isAveraged && { averaged: true }),
        seconds: elapsed() - epochStarted,
      });
      if (score !== null && isBetter({ score, loss: evaluation.loss }, state)) {
        state.best = { epoch: state.epoch + 1, score };
        best = isAveraged ? average!.read().weights : model.parameters.read();
      }
      const { patience } = training.early_stopping;
      // Patience counts in the last phase only: the switch to it may be what the metric waits for.
      state.finished =
        patience !== null &&
        state.best !== null &&
        phase.index === phases.length - 1 &&
        isAveraged === (average !== null) &&
        state.epoch + 1 - Math.max(state.best.epoch, phase.begin) >= patience;
      state.epoch++;
      state.step = 0;
      state.lossSum = 0;
      await save();
      await job.onEpoch?.(state.history);
    }
    if (best.size > 0) model.parameters.write(best);
    return {
      history: state.history,
      bestEpoch: state.best?.epoch ?? state.history.length,
      seconds: state.seconds,
    };
  } finally {
    progress.stop();
    optimizer.dispose();
    average?.dispose();
    await ahead.close();
  }
}

/** Scores the validation split: with the averaged weights where there are some, else with the model's own, which stay. */
async function validate(
  job: TrainingJob,
  loss: Loss,
  average: WeightAverage | null,
  chunks: readonly Chunk[],
  epoch: number,
): Promise<Evaluation> {
  const { config, model, tensors, batches, context, labels, signal } = job;
  const exchanged = average?.hasBegun ? average : null;
  exchanged?.exchange();
  try {
    if (exchanged?.renewsStatistics) await renewStatistics(job, chunks, epoch, signal);
    const { batch_size: batchSize } = config.evaluation;
    const options = { task: context.task, labels, batchSize, loss, signal };
    return await predict({ model, tensors }, batches, job.validation, options);
  } finally {
    exchanged?.exchange();
  }
}

/** A step; where memory runs out in it, an error with a batch size to try. */
function stepOrExplain({ config: { training } }: TrainingJob, step: () => StepLoss): StepLoss {
  try {
    return step();
  } catch (error) {
    throw explainStepError(error, training.batch_size, training.accumulate);
  }
}

/** Whether an epoch is better than the best so far; of equal scores, that with the lower validation loss. */
function isBetter(
  { score, loss }: { score: number; loss: number },
  { best, history }: Pick<TrainingState, 'best' | 'history'>,
): boolean {
  if (!best || score !== best.score) return !best || score > best.score;
  return loss < (history[best.epoch - 1]?.validation_loss ?? Number.NEGATIVE_INFINITY);
}

function lastMetric({ history }: TrainingState): string {
  const last = history.at(-1);
  return last?.validation_metric == null
    ? ''
    : `, validation ${last.metric} ${last.validation_metric.toFixed(3)}`;
}

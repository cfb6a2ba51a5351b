/** The training loop. */
import * as tf from '@tensorflow/tfjs-core';
import { type Failure, Interrupted, Paused } from '../base/errors.js';
import { startProgress } from '../base/progress.js';
import type { Example } from '../data/dataset.js';
import type { EpochRecord } from '../eval/run-report.js';
import type { TaggingModel } from '../models/model.js';
import type { WeightValues } from '../models/parameters.js';
import type { ToTensors } from '../models/predictor.js';
import type { Batches } from './batches.js';
import {
  type Origin,
  readNewestCheckpoint,
  requireExperiment,
  type TrainingState,
  writeCheckpoint,
} from './checkpoints.js';
import { objectiveOf } from './distillation.js';
import { type LossContext, lossOf } from './losses/index.js';
import { divergence, findNotFinite, notFiniteWeight } from './not-finite.js';
import { Optimizer } from './optimizers.js';
import { type Phase, phaseAt, phasesOf } from './phases.js';
import { predict } from './predict.js';
import { scheduleAt } from './schedules/index.js';
import type { StepFactors } from './schedules/schedule.js';
import type { Experiment } from './schema.js';
import { trainStep } from './step.js';
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
  const { config, model, tensors, batches, labels } = job;
  const { task } = job.context;
  const { training } = config;
  const loss = lossOf(config.loss, job.context);
  const objective = objectiveOf(config.loss, job.context, training.distillation);
  const phases = phasesOf(training);
  const stepsPerEpoch = Math.max(1, Math.floor(batches.epochSize(job.train) / training.batch_size));
  const start = await startingPoint(job, phases);
  const { state } = start;
  let { best, optimizer } = start;
  const late = training.phases?.filter(({ after }) => after >= training.epochs) ?? [];
  if (late.length > 0)
    job.onNote?.(
      `training.phases: ${late.length === 1 ? 'the phase' : 'the phases'} after ${late.map(({ after }) => after).join(', ')} epochs ${late.length === 1 ? 'does' : 'do'} not begin, because training.epochs is ${training.epochs}.`,
    );
  const metric = usableMetric(training.early_stopping.metric, task, job.validation, job.onNote);
  const small = smallValidationNote(job.validation, 'epoch');
  if (small !== null) job.onNote?.(small);
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
    await writeCheckpoint(job.checkpointFolder, { state, weights, slots, best });
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
  try {
    while (!state.finished && state.epoch < training.epochs) {
      if (job.pauseAfter !== undefined && state.epoch >= job.pauseAfter)
        throw new Paused(
          `Paused after ${state.epoch} of ${training.epochs} epochs; the same command with --resume continues.`,
        );
      const phase = phaseAt(phases, state.epoch);
      if (phase.index > 0 && state.epoch === phase.begin && state.step === 0)
        optimizer = enterPhase(phase, phases[phase.index - 1], model, { optimizer, best });
      const chunks = batches.epoch(job.train, state.epoch);
      const epochStarted = elapsed();
      while (state.step < stepsPerEpoch) {
        if (job.signal?.aborted) await stop();
        const begin = state.step * training.batch_size;
        const done = state.epoch * stepsPerEpoch + state.step;
        const batch = chunks.slice(begin, begin + training.batch_size);
        const { total, joint } = trainStep(job, objective, optimizer, batch, state, factorsAt(state.step));
        if (!Number.isFinite(total))
          throw await diverged(tf.tidy(() => findNotFinite(model, tensors(batches.windows(batch)))));
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
      const evaluation = await predict({ model, tensors }, batches, job.validation, {
        task,
        labels,
        batchSize: config.evaluation.batch_size,
        loss,
        signal: job.signal,
      }).catch((error: unknown): Promise<never> => {
        // The epoch's steps are all done: the checkpoint records that, and a resumption begins with this evaluation.
        if (error instanceof Interrupted) return stop();
        throw error;
      });
      const value = validationMetrics[metric].value(evaluation);
      const score = value === null ? null : scoreOf(metric, value);
      state.history.push({
        epoch: state.epoch + 1,
        train_loss: state.lossSum / state.step,
        validation_loss: evaluation.loss,
        metric,
        validation_metric: value,
        learning_rate: phase.optimizer.learning_rate * factorsAt(stepsPerEpoch - 1).rate,
        ...(phases.length > 1 && { phase: phase.index + 1 }),
        seconds: elapsed() - epochStarted,
      });
      if (score !== null && isBetter({ score, loss: evaluation.loss }, state)) {
        state.best = { epoch: state.epoch + 1, score };
        best = model.parameters.read();
      }
      const { patience } = training.early_stopping;
      // Patience counts in the last phase only: the switch to it may be what the metric waits for.
      state.finished =
        patience !== null &&
        state.best !== null &&
        phase.index === phases.length - 1 &&
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

/**
 * The optimiser of a phase that begins; the last phase's is disposed of, and gives its state where it is of the same kind.
 * The model gets the best epoch's weights, where the phase starts from these and there is one.
 */
function enterPhase(
  phase: Phase,
  before: Phase,
  { parameters }: TaggingModel,
  { optimizer, best }: { optimizer: Optimizer; best: ReadonlyMap<string, WeightValues> },
): Optimizer {
  if (phase.start === 'best' && best.size > 0) parameters.write(best);
  const next = new Optimizer(phase.optimizer, parameters.trainableVariables());
  if (phase.optimizer.kind === before.optimizer.kind) next.write(optimizer.read());
  optimizer.dispose();
  return next;
}

/** Where training begins or goes on: its state, the best epoch's weights, and the optimiser of the latest step's phase. */
interface StartingPoint {
  state: TrainingState;
  best: Map<string, WeightValues>;
  optimizer: Optimizer;
}

async function startingPoint(job: TrainingJob, phases: readonly Phase[]): Promise<StartingPoint> {
  const checkpoint = job.resume
    ? await readNewestCheckpoint(job.checkpointFolder, (note) => job.onNote?.(note))
    : null;
  requireExperiment(job.checkpointFolder, checkpoint, job.origin);
  const state: TrainingState = checkpoint?.state ?? {
    ...job.origin,
    epoch: 0,
    step: 0,
    optimizerSteps: 0,
    lossSum: 0,
    seconds: 0,
    best: null,
    finished: false,
    history: [],
  };
  // Between two epochs, the optimiser's state is that of the epoch that has ended.
  const { optimizer: options } = phaseAt(phases, state.step > 0 ? state.epoch : Math.max(0, state.epoch - 1));
  if (checkpoint) job.model.parameters.write(checkpoint.weights);
  const optimizer = new Optimizer(options, job.model.parameters.trainableVariables());
  if (checkpoint) {
    try {
      optimizer.write({ steps: state.optimizerSteps, slots: checkpoint.slots });
    } catch (error) {
      optimizer.dispose();
      throw error;
    }
  }
  return { state, best: checkpoint?.best ?? new Map(), optimizer };
}

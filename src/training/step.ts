/** One step of training: the gradients of a batch, whole or part by part, and the optimiser. */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../base/random.js';
import type { WindowBatch } from '../inputs/window.js';
import type { TaggingModel } from '../models/model.js';
import type { ToTensors } from '../models/predictor.js';
import type { Batches, Chunk } from './batches.js';
import type { TrainingState } from './checkpoints.js';
import type { Objective } from './distillation.js';
import { type Loss, trainingLoss } from './losses/index.js';
import type { Optimizer } from './optimizers.js';
import type { StepFactors } from './schedules/schedule.js';
import type { Experiment } from './schema.js';

/** What a step needs of a training. */
export interface StepJob {
  config: Pick<Experiment, 'seed' | 'loss' | 'training'>;
  model: TaggingModel;
  tensors: ToTensors;
  batches: Batches;
}

/** Losses of a step: what is minimised, and that of the joint score, which the validation loss is to be compared with. */
export interface StepLoss {
  total: number;
  joint: number;
}

interface Gradients extends StepLoss {
  gradients: tf.Tensor[];
}

/** A batch in `training.accumulate` parts of nearly the same size. */
export function partsOf(chunks: readonly Chunk[], accumulate: number): Chunk[][] {
  const parts = Math.max(1, Math.min(accumulate, chunks.length));
  const border = (i: number): number => Math.round((i * chunks.length) / parts);
  return Array.from({ length: parts }, (_, i) => chunks.slice(border(i), border(i + 1)));
}

/**
 * One step of the optimiser; epoch and step decide the dropout.
 *
 * @param windows - of the batch's parts (`partsOf`), where they have been read already
 */
export function trainStep(
  job: StepJob,
  objective: Objective,
  optimizer: Optimizer,
  chunks: readonly Chunk[],
  state: Pick<TrainingState, 'epoch' | 'step'>,
  { rate, momentum }: StepFactors,
  windows?: readonly WindowBatch[],
): StepLoss {
  return tf.tidy(() => {
    const { gradients, total, joint } = batchGradients(job, objective, chunks, state, windows);
    // A step that diverged leaves the weights as they were, so that it can be told where.
    if (Number.isFinite(total)) optimizer.apply(gradients, rate, job.config.training.gradient_clip, momentum);
    return { total, joint };
  });
}

/**
 * The mean gradients of a batch: of each part the gradients of its mean loss, weighted by its share of the batch, so that only
 * one part's activations are in memory.
 */
function batchGradients(
  job: StepJob,
  objective: Objective,
  chunks: readonly Chunk[],
  state: Pick<TrainingState, 'epoch' | 'step'>,
  windows: readonly WindowBatch[] | undefined,
): Gradients {
  const parts = partsOf(chunks, job.config.training.accumulate);
  if (parts.length === 1)
    return partGradients(job, objective, chunks, [state.epoch, state.step], windows?.[0]);
  let sum = null as Gradients | null;
  for (const [i, own] of parts.entries()) {
    const before = sum;
    const share = own.length / chunks.length;
    sum = tf.tidy(() => {
      // The first part draws the dropout of an undivided batch, each further one its own.
      const name = [state.epoch, state.step, ...(i > 0 ? [i] : [])];
      const part = partGradients(job, objective, own, name, windows?.[i]);
      return {
        gradients: part.gradients.map((gradient, j) => {
          const weighted = tf.mul(gradient, share);
          return before ? tf.add(before.gradients[j], weighted) : weighted;
        }),
        total: (before?.total ?? 0) + share * part.total,
        joint: (before?.joint ?? 0) + share * part.joint,
      };
    });
    tf.dispose(before?.gradients ?? []);
  }
  return sum!;
}

/** The gradients of some chunks' mean loss. `name`: of the dropout's generator. */
function partGradients(
  { config, model, tensors, batches }: StepJob,
  objective: Objective,
  chunks: readonly Chunk[],
  name: readonly number[],
  windows: WindowBatch = batches.windows(chunks),
): Gradients {
  const inputs = tensors(windows);
  const targets = batches.targets(chunks, model.steps);
  const soft = batches.softTargets(chunks);
  const loss: Loss = (own, logits) => objective(own, logits, soft);
  const variables = model.parameters.trainableVariables().map(([, variable]) => variable);
  const random = randomGenerator(config.seed, 'dropout', ...name);
  const { code: ofCode } = config.loss;
  // Branches that are trained apart, and a hash code, add losses of their own to what is minimised.
  let joint: number | null = null;
  const { value, grads } = tf.variableGrads(() => {
    const outputs = model.forward(inputs, { training: true, random });
    if (outputs.branchLogits || ofCode) joint = loss(targets, outputs.logits).dataSync()[0];
    return trainingLoss(loss, targets, outputs, ofCode);
  }, variables);
  // A weight that nothing depends on, as of blocks whose maps are not taken, has no gradient.
  const gradients = variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable));
  const total = value.dataSync()[0];
  return { gradients, total, joint: joint ?? total };
}

/**
 * Distillation: a student learns from the scores of a teacher beside the labels (Hinton, Vinyals and Dean 2015), and from
 * them alone where an example has no label, as in noisy student training (Xie et al. 2020).
 */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { UsageError } from '../base/errors.js';
import type { Task } from '../models/heads/index.js';
import { type LossConfig, type LossContext, lossOf, smoothedLossOf } from './losses/index.js';

export const distillationSchema = z
  .strictObject({
    teacher: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'Folder of a finished run with the same labels, whose scores of the training split are the soft targets. null: a teacher is trained first, in teacher/ of the run, by this config without distillation and with teacher_changes.',
      ),
    teacher_changes: z
      .array(z.string())
      .default([])
      .describe(
        'How the config of a teacher that is trained first differs, as on the command line: [~training.augment, training.epochs=20].',
      ),
    weight: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe(
        'Share of the loss of the soft targets; the labels have the rest. An example without labels has the teacher’s scores in both.',
      ),
    temperature: z
      .number()
      .positive()
      .default(1)
      .describe(
        'T: the soft loss is of logits / T on both sides, times T². Of numbers, whose scores have no temperature, only 1.',
      ),
  })
  .describe('Learning from the scores of a teacher beside the labels (docs/distillation.md).');

/** `training.distillation` with every default written out. */
export type DistillationOptions = z.output<typeof distillationSchema>;

/** Throws UsageError where a task has no soft targets, or where they have no temperature. */
export function requireDistillable(task: Task, { temperature }: DistillationOptions): void {
  if (task === 'pitch')
    throw new UsageError(
      "training.distillation: it is for tags, classes and numbers, and the data set's task is pitch; remove the key.",
    );
  if (task === 'regression' && temperature !== 1)
    throw new UsageError(
      "training.distillation.temperature: the scores of the data set's task, regression, have no temperature; remove the key.",
    );
}

/** Scores this near to 0 and 1 have finite logits in single precision. */
const NEAREST = 1e-6;

/** A teacher's scores of one example at a temperature: σ(logit p / T) of tags, softmax(log p / T) of classes. */
export function soften(scores: ArrayLike<number>, task: Task, temperature: number): Float64Array {
  const own = Float64Array.from(scores);
  if (temperature === 1 || task === 'regression') return own;
  const p = own.map((score) => Math.min(1 - NEAREST, Math.max(NEAREST, score)));
  if (task === 'tagging') return p.map((value) => 1 / (1 + ((1 - value) / value) ** (1 / temperature)));
  const powers = p.map((value) => value ** (1 / temperature));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** What training minimises: targets and logits [batch, labels], and the softened scores of the teacher where there is one. */
export type Objective = (targets: tf.Tensor2D, logits: tf.Tensor2D, soft: tf.Tensor2D | null) => tf.Scalar;

/**
 * The loss of the config on smoothed targets; with soft targets, (1 - w) of it and w T² of the loss of logits / T against
 * them. Throws UsageError for a loss of another task.
 */
export function objectiveOf(
  config: LossConfig,
  context: LossContext,
  distillation: DistillationOptions | undefined,
): Objective {
  const [hard, softLoss] = [smoothedLossOf(config, context), lossOf(config, context)];
  const { weight = 0, temperature = 1 } = distillation ?? {};
  return (targets, logits, soft) => {
    if (!soft) return hard(targets, logits);
    const cooled = temperature === 1 ? logits : (tf.div(logits, temperature) as tf.Tensor2D);
    return tf.add(
      tf.mul(hard(targets, logits), 1 - weight),
      tf.mul(softLoss(soft, cooled), weight * temperature ** 2),
    );
  };
}

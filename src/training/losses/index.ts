/** Losses, computed from logits. Adding one is a member of `losses`. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { derived } from '../../base/registry.js';
import type { Fused } from '../../models/fusion/fusion.js';
import type { HeadContext, Task } from '../../models/heads/index.js';
import { pitchClasses } from '../../models/heads/pitch.js';
import { standardised } from '../../models/heads/target-scale.js';
import { categoricalCrossEntropy, meanSquaredError } from './classes.js';
import { type CodeLossWeights, codeLoss, codeLossOptions } from './code.js';
import { balancedClassWeights, balancedTagWeights, type LabelCounts } from './label-counts.js';
import {
  asymmetricLoss,
  focalLoss,
  penalisedBinaryCrossEntropy,
  weightedBinaryCrossEntropy,
} from './tags.js';

/**
 * Computes the mean loss of some logits, [batch, labels] both; targets of a regression are in their own units. Of pitch:
 * Hz and voicing [frames, 2], logits [frames, bins + 1].
 */
export type Loss = (targets: tf.Tensor2D, logits: tf.Tensor2D) => tf.Scalar;

/** What a loss may depend on besides targets and logits. */
export interface LossContext extends HeadContext {
  task: Task;
  /** Of the training split; only a class-balanced loss needs it. */
  counts?: LabelCounts;
}

/** A kind of loss: its options under `loss`, the tasks that it is for and how it is made. */
export interface LossKind<Schema extends z.ZodObject = z.ZodObject> {
  options: Schema;
  task: Task | readonly Task[];
  make(options: z.output<Schema>, context: LossContext): Loss;
}

/** Whether a loss is for a task. */
export const isFor = ({ task }: Pick<LossKind, 'task'>, wanted: Task): boolean =>
  [task].flat().includes(wanted);

const lossKind = <Schema extends z.ZodObject>(kind: LossKind<Schema>): LossKind<Schema> => kind;

const penalty = z
  .number()
  .positive()
  .default(1)
  .describe('Penalty on missed positives of a tagging task; 1 is plain binary cross-entropy.');

/** The first loss of a task is the one that is used when none is named. */
export const losses = {
  'penalised-bce': lossKind({
    options: z.strictObject({
      kind: z
        .literal('penalised-bce')
        .optional()
        .describe(
          'Tagging: -(α y log p + (1 - y) log(1 - p)). A classification takes cross-entropy unless named.',
        ),
      alpha: penalty,
    }),
    task: 'tagging',
    make:
      ({ alpha }) =>
      (targets, logits) =>
        penalisedBinaryCrossEntropy(targets, logits, alpha),
  }),
  focal: lossKind({
    options: z.strictObject({
      kind: z.literal('focal').describe('Tagging: the focal loss (Lin et al. 2017), -(1 - p_t)^γ log p_t.'),
      gamma: z.number().nonnegative().default(2).describe('0 is plain binary cross-entropy.'),
    }),
    task: 'tagging',
    make:
      ({ gamma }) =>
      (targets, logits) =>
        focalLoss(targets, logits, gamma),
  }),
  asymmetric: lossKind({
    options: z.strictObject({
      kind: z
        .literal('asymmetric')
        .describe(
          'Tagging: -(y (1 - p)^γ₊ log p + (1 - y) q^γ₋ log(1 - q)), q = max(p - m, 0) (Ridnik et al. 2021).',
        ),
      gamma_positive: z.number().nonnegative().default(1).describe('γ₊, focusing of positives.'),
      gamma_negative: z.number().nonnegative().default(4).describe('γ₋, focusing of negatives.'),
      margin: z
        .number()
        .min(0)
        .lt(1)
        .default(0.05)
        .describe('m, the probability up to which a negative costs nothing.'),
    }),
    task: 'tagging',
    make: (options) => (targets, logits) => asymmetricLoss(targets, logits, options),
  }),
  'cross-entropy': lossKind({
    options: z.strictObject({
      kind: z.literal('cross-entropy').describe('Classification: -Σ y log softmax(z).'),
    }),
    task: 'classification',
    make: () => (targets, logits) => categoricalCrossEntropy(targets, logits),
  }),
  'class-balanced': lossKind({
    options: z.strictObject({
      kind: z
        .literal('class-balanced')
        .describe(
          'Tagging, classification: cross-entropy weighted by the inverse effective number of examples, (1 - β) / (1 - βⁿ) (Cui et al. 2019), of the present and the absent side of each tag, or of each class; the mean weight is 1.',
        ),
      beta: z
        .number()
        .min(0)
        .max(1)
        .default(0.999)
        .describe('β; 0 gives equal weights, 1 weights by the inverse frequency.'),
    }),
    task: ['tagging', 'classification'],
    make({ beta }, { task, counts }) {
      if (!counts) throw new Error('A class-balanced loss needs the counts of the labels.');
      if (task === 'classification') {
        const weights = balancedClassWeights(counts, beta);
        return (targets, logits) => categoricalCrossEntropy(targets, logits, tf.tensor1d(weights));
      }
      const { positive, negative } = balancedTagWeights(counts, beta);
      return (targets, logits) =>
        weightedBinaryCrossEntropy(targets, logits, {
          positive: tf.tensor1d(positive),
          negative: tf.tensor1d(negative),
        });
    },
  }),
  'squared-error': lossKind({
    options: z.strictObject({
      kind: z
        .literal('squared-error')
        .describe('Regression: (y - z)², of targets standardised by the training split.'),
    }),
    task: 'regression',
    make:
      (_, { scale }) =>
      (targets, logits) =>
        meanSquaredError(scale ? standardised(targets, scale) : targets, logits),
  }),
  'pitch-cross-entropy': lossKind({
    options: z.strictObject({
      kind: z
        .literal('pitch-cross-entropy')
        .describe(
          'Pitch: cross-entropy over the bins and the class for no pitch, the true pitch spread over its neighbours (Kum and Nam 2019).',
        ),
    }),
    task: 'pitch',
    make:
      (_, { pitch }) =>
      (targets, logits) => {
        const hertz = tf.slice(targets, [0, 0], [-1, 1]).dataSync<'float32'>();
        return categoricalCrossEntropy(tf.tensor2d(pitchClasses(hertz, pitch!), logits.shape), logits);
      },
  }),
};

const labelSmoothing = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe(
    'ε: training targets become (1 - ε) y + ε / 2 of tags, (1 - ε) y + ε / K of K classes (Szegedy et al. 2016). The validation loss is of the targets as they are.',
  );

/** Schema of `loss`. */
export const lossSchema = derived(() =>
  z.discriminatedUnion(
    'kind',
    Object.values(losses).map((kind) =>
      (kind.options as z.ZodObject).safeExtend({
        ...((isFor(kind, 'tagging') || isFor(kind, 'classification')) && { label_smoothing: labelSmoothing }),
        code: codeLossOptions.optional(),
      }),
    ) as never,
  ),
) as () => z.ZodType<LossConfig>;

/** `loss` of a config: its kind, absent for the task's usual one, and its options. */
export interface LossConfig {
  kind?: string;
  alpha?: number;
  /** ε of the label smoothing. Default: 0. */
  label_smoothing?: number;
  /** Of a model with a hash layer; absent for none. */
  code?: CodeLossWeights;
  [option: string]: unknown;
}

/** The named loss, else the task's first; throws UsageError when the named loss is for another task. */
export function lossOf(config: LossConfig, context: LossContext): Loss {
  const { task } = context;
  const registry = losses as unknown as Record<string, LossKind>;
  const kind = config.kind === undefined ? undefined : registry[config.kind];
  if (kind && !isFor(kind, task))
    throw new UsageError(
      `loss.kind: "${config.kind}" is for ${[kind.task].flat().join(' and ')}, and the data set's task is ${task}; remove the key for the usual loss.`,
    );
  const usual = Object.values(registry).find((one) => isFor(one, task))!;
  return (kind ?? usual).make(config, context);
}

/** The loss that training minimises: that of `lossOf`, of smoothed targets. Throws as `lossOf`. */
export function smoothedLossOf(config: LossConfig, context: LossContext): Loss {
  const loss = lossOf(config, context);
  const { label_smoothing: share = 0 } = config;
  if (share === 0) return loss;
  return (targets, logits) => {
    const sides = context.task === 'classification' ? targets.shape[1] : 2;
    return loss(tf.add(tf.mul(targets, 1 - share), share / sides), logits);
  };
}

/** Throws UsageError for label smoothing where the task has no labels. */
export function requireSmoothable(task: Task, { label_smoothing: share = 0 }: LossConfig): void {
  if (share > 0 && task !== 'tagging' && task !== 'classification')
    throw new UsageError(
      `loss.label_smoothing: there are no labels to smooth where the data set's task is ${task}; remove the key.`,
    );
}

/** Throws UsageError for a penalty on missed positives where the task's loss has none: of classes and numbers. */
export function requireUsedPenalty(task: Task, { kind, alpha }: LossConfig): void {
  if (task !== 'tagging' && kind === undefined && alpha !== undefined && alpha !== 1)
    throw new UsageError(
      `loss.alpha: the penalty on missed positives is for tags, and the data set's task is ${task}, where it would change nothing; remove the key.`,
    );
}

/**
 * The loss of the joint score, plus each branch's own where they are trained apart, plus the terms of a hash code; targets
 * [batch, labels].
 */
export function trainingLoss(
  loss: Loss,
  targets: tf.Tensor2D,
  { logits, branchLogits = [], code }: Pick<Fused, 'logits' | 'branchLogits' | 'code'>,
  ofCode?: CodeLossWeights,
): tf.Scalar {
  const terms = ofCode && code ? codeLoss(ofCode, targets, code) : null;
  return [...[logits, ...branchLogits].map((own) => loss(targets, own)), ...(terms ? [terms] : [])].reduce(
    (sum, own) => tf.add(sum, own) as tf.Scalar,
  );
}

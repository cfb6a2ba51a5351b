/** Losses, computed from logits. Adding one is a member of `losses`. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { UsageError } from '../base/errors.js';
import { derived } from '../base/registry.js';
import type { Fused } from '../models/fusion/fusion.js';
import type { HeadContext, Task } from '../models/heads/index.js';
import { pitchClasses } from '../models/heads/pitch.js';
import { standardised } from '../models/heads/target-scale.js';
import { type CodeLossWeights, codeLoss, codeLossOptions } from './code-loss.js';

/**
 * Computes the mean loss of some logits, [batch, labels] both; targets of a regression are in their own units. Of pitch:
 * Hz and voicing [frames, 2], logits [frames, bins + 1].
 */
export type Loss = (targets: tf.Tensor2D, logits: tf.Tensor2D) => tf.Scalar;

/** A kind of loss: its options under `loss`, the task that it is for and how it is made. */
export interface LossKind<Schema extends z.ZodObject = z.ZodObject> {
  options: Schema;
  task: Task;
  /** `context`: as of the head. */
  make(options: z.output<Schema>, context: HeadContext): Loss;
}

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
  'cross-entropy': lossKind({
    options: z.strictObject({
      kind: z.literal('cross-entropy').describe('Classification: -Σ y log softmax(z).'),
    }),
    task: 'classification',
    make: () => categoricalCrossEntropy,
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

/** Schema of `loss`. */
export const lossSchema = derived(() =>
  z.discriminatedUnion(
    'kind',
    Object.values(losses).map(({ options }) =>
      options.safeExtend({ code: codeLossOptions.optional() }),
    ) as never,
  ),
) as () => z.ZodType<LossConfig>;

/** `loss` of a config: its kind, absent for the task's usual one, and its options. */
export interface LossConfig {
  kind?: string;
  alpha?: number;
  /** Of a model with a hash layer; absent for none. */
  code?: CodeLossWeights;
  [option: string]: unknown;
}

/** The named loss, else the task's first, in the context of the task's head; throws UsageError when the named loss is for another task. */
export function lossOf(task: Task, config: LossConfig, context: HeadContext = {}): Loss {
  const registry = losses as unknown as Record<string, LossKind>;
  const kind = config.kind === undefined ? undefined : registry[config.kind];
  if (kind && kind.task !== task)
    throw new UsageError(
      `loss.kind: "${config.kind}" is for ${kind.task}, and the data set's task is ${task}; remove the key for the usual loss.`,
    );
  const usual = Object.values(registry).find((one) => one.task === task)!;
  return (kind ?? usual).make(config, context);
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

/** log(1 + exp(z)) = max(z, 0) + log1p(exp(-|z|)), which does not overflow. */
const softplus = (z: tf.Tensor): tf.Tensor => tf.add(tf.relu(z), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));

/**
 * Mean binary cross-entropy with a penalty α > 0 on missed positives, -(α y log p + (1 - y) log(1 - p)), p = σ(z), as α
 * y softplus(-z) + (1 - y) softplus(z), which does not overflow; all [batch, labels]. (The literature also prints the
 * second term as (1 - ŷ) log(1 - ŷ): a misprint, since that term would not depend on the truth.)
 */
export function penalisedBinaryCrossEntropy(
  labels: tf.Tensor2D,
  logits: tf.Tensor2D,
  alpha: number,
): tf.Scalar {
  return tf.customGrad((z, save) => {
    const values = z as tf.Tensor2D;
    const weight = tf.add(tf.mul(labels, alpha - 1), 1); // α where y = 1, else 1
    // softplus(-z) = softplus(z) - z.
    const loss = tf.mean(tf.sub(tf.mul(weight, softplus(values)), tf.mul(tf.mul(labels, alpha), values)));
    (save as tf.GradSaveFunc)([values, labels]);
    return {
      value: loss,
      gradFunc: (dy: tf.Tensor, [savedLogits, y]: tf.Tensor[]) => {
        const p = tf.sigmoid(savedLogits);
        const gradient = tf.sub(tf.mul(tf.add(tf.mul(y, alpha - 1), 1), p), tf.mul(y, alpha));
        return tf.mul(gradient, tf.div(dy, savedLogits.size));
      },
    };
  })(logits) as tf.Scalar;
}

/**
 * Mean focal loss, -(1 - p_t)^γ log p_t, where p_t is the probability of the true side (Lin, Goyal, Girshick, He and
 * Dollár 2017, without their class weight); labels may be fractional where examples are mixed, γ = 0 is binary
 * cross-entropy.
 */
export function focalLoss(labels: tf.Tensor2D, logits: tf.Tensor2D, gamma: number): tf.Scalar {
  const side = (target: tf.Tensor, z: tf.Tensor): tf.Tensor =>
    // log(1 - p) = -softplus(z), log p = -softplus(-z).
    tf.mul(target, tf.mul(tf.exp(tf.mul(tf.neg(softplus(z)), gamma)), softplus(tf.neg(z))));
  const positive = side(labels, logits);
  const negative = side(tf.sub(1, labels), tf.neg(logits));
  return tf.mean(tf.add(positive, negative)) as tf.Scalar;
}

/** Mean categorical cross-entropy, -Σ y log softmax(z), all [batch, classes]. */
export function categoricalCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.logSoftmax(logits)), 1))) as tf.Scalar;
}

/** Mean of (y - z)² over the targets that are known, all [batch, targets]; NaN is a missing target. 0 where none is known. */
export function meanSquaredError(targets: tf.Tensor2D, outputs: tf.Tensor2D): tf.Scalar {
  const missing = tf.isNaN(targets);
  const known = tf.sum(tf.cast(tf.logicalNot(missing), 'float32'));
  const truth = tf.where(missing, tf.zerosLike(targets), targets);
  const error = tf.where(missing, tf.zerosLike(outputs), tf.sub(outputs, truth));
  return tf.div(tf.sum(tf.square(error)), tf.maximum(known, 1)) as tf.Scalar;
}

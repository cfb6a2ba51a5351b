/** The meaning of a model's logits, by the name that a stored model has for it. Adding one is a line here. */
import * as tf from '@tensorflow/tfjs-core';
import { decodePitch, type PitchOptions } from './pitch.js';
import { inOwnUnits, type TargetScale } from './target-scale.js';

/** What the scores of some heads depend on besides the logits. */
export interface HeadContext {
  /** Of the numbers of a regression. */
  scale?: TargetScale;
  /** Bins of a pitch head, which the pitch head must have. */
  pitch?: PitchOptions;
}

/** A head: how logits become scores. */
export interface HeadKind {
  /** The task that it is for. */
  task: Task;
  /** Both [batch, labels]; of pitch, logits [frames, bins + 1] and scores [frames, 2]. */
  scores(logits: tf.Tensor2D, context: HeadContext): tf.Tensor2D;
  /**
   * Logits of a weighted mean of the branches' scores in the log domain: logits [branches, batch, labels], logWeights
   * [branches, 1, 1].
   */
  mix(logits: tf.Tensor, logWeights: tf.Tensor): tf.Tensor2D;
}

/** Independent tags: p = σ(z), so that log p = logΣ w σ(z), log(1 - p) = logΣ w σ(-z), and their difference is z. */
const sigmoid: HeadKind = {
  task: 'tagging',
  scores: (logits) => tf.sigmoid(logits),
  mix(logits, logWeights) {
    const present = tf.logSumExp(tf.sub(logWeights, tf.softplus(tf.neg(logits))), 0);
    const absent = tf.logSumExp(tf.sub(logWeights, tf.softplus(logits)), 0);
    return tf.sub(present, absent);
  },
};

/** Exclusive classes: log p = logΣ w softmax(z), which softmax turns into p again. */
const softmax: HeadKind = {
  task: 'classification',
  scores: (logits) => tf.softmax(logits),
  mix: (logits, logWeights) => tf.logSumExp(tf.add(tf.logSoftmax(logits), logWeights), 0),
};

/** Numbers: the logits are standardised values, and their weighted mean is Σ w z. */
const linear: HeadKind = {
  task: 'regression',
  scores: (logits, { scale }) => (scale ? inOwnUnits(logits, scale) : logits),
  mix: (logits, logWeights) => tf.sum(tf.mul(logits, tf.exp(logWeights)), 0),
};

/** Pitch per frame: exclusive classes, of which the neighbours of the likeliest say Hz. */
const pitch: HeadKind = {
  task: 'pitch',
  scores: (logits, { pitch: options }) => decodePitch(logits, options!),
  mix: softmax.mix,
};

export const heads = { sigmoid, softmax, linear, pitch };

/** Name of a head. */
export type HeadName = keyof typeof heads;

/** The head of a task. */
export function headOf(task: Task): HeadName {
  return (Object.keys(heads) as HeadName[]).find((name) => heads[name].task === task)!;
}

/** Whether labels are independent (tagging, sigmoid) or exclusive (classification, softmax). */
export type LabelTask = 'tagging' | 'classification';

/** A task with one answer per example: labels, or numbers (regression, linear). */
export type ExampleTask = LabelTask | 'regression';

/** What a model predicts: one answer per example, or the pitch of each frame. */
export type Task = ExampleTask | 'pitch';

/** A bidirectional LSTM, and the option for one at the end of a branch. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { lstm } from '../../engine/ops/lstm.js';
import { forgetGateOne, glorotUniform } from '../initializers.js';
import type { Parameters } from '../parameters.js';
import { batchNorm } from './batch-norm.js';
import { dropout, type ForwardMode } from './training.js';

/**
 * A bidirectional LSTM (Schuster and Paliwal 1997), [batch, time, features] to [batch, time, 2 units]. Weights:
 * `name/forward/kernel` [features + units, 4 units] (gates i, c, f, o), `name/forward/bias` [4 units], and the same
 * under `name/backward`. With `mask` [batch, time], ones before zeros, each sequence is reversed within its own length and
 * zeros stand behind it, as of PyTorch's packed sequences: the backward direction begins at the last step that counts.
 */
export function bilstm(
  parameters: Parameters,
  name: string,
  features: number,
  units: number,
): (x: tf.Tensor3D, mask?: tf.Tensor2D) => tf.Tensor3D {
  const [forward, backward] = ['forward', 'backward'].map((direction) => ({
    kernel: parameters.trainable<tf.Tensor2D>(
      `${name}/${direction}/kernel`,
      [features + units, 4 * units],
      glorotUniform,
    ),
    bias: parameters.trainable<tf.Tensor1D>(`${name}/${direction}/bias`, [4 * units], forgetGateOne),
  }));
  return (x, mask) => {
    const inTime = tf.transpose(x, [1, 0, 2]); // [time, batch, features]
    const ahead = lstm(inTime, forward.kernel, forward.bias); // [time, batch, units]
    const turned = mask ? reversalOf(mask) : (sequence: tf.Tensor3D) => tf.reverse(sequence, 0);
    const back = turned(lstm(turned(inTime), backward.kernel, backward.bias));
    const both = tf.transpose(tf.concat([ahead, back], 2), [1, 0, 2]) as tf.Tensor3D; // [batch, time, 2 units]
    return mask ? tf.mul(both, tf.expandDims(mask, 2)) : both;
  };
}

/**
 * Reverses each sequence of [time, batch, features] within its length and leaves what is behind it. Done twice it is
 * nothing, so that its gradient is itself.
 */
function reversalOf(mask: tf.Tensor2D): (x: tf.Tensor3D) => tf.Tensor3D {
  const [batch, time] = mask.shape;
  const lengths = tf.sum(mask, 1); // [batch]
  const step = tf.expandDims(tf.range(0, time, 1, 'float32'), 1); // [time, 1]
  const other = tf.where(tf.less(step, lengths), tf.sub(tf.sub(lengths, 1), step), step); // [time, batch]
  const rows = tf.add(tf.mul(other, batch), tf.range(0, batch, 1, 'float32'));
  const indices = tf.cast(tf.reshape(rows, [-1]), 'int32') as tf.Tensor1D;
  const reverse = (x: tf.Tensor, order: tf.Tensor1D): tf.Tensor =>
    tf.reshape(tf.gather(tf.reshape(x, [time * batch, x.shape[2]!]), order), x.shape);
  return (x) =>
    tf.customGrad((input, save) => {
      (save as tf.GradSaveFunc)([indices]);
      return {
        value: reverse(input as tf.Tensor, indices),
        gradFunc: (dy: tf.Tensor, [order]: tf.Tensor[]) => reverse(dy, order as tf.Tensor1D),
      };
    })(x) as tf.Tensor3D;
}

/** Of branches that pool over time after each convolution; absent in models from before there was a choice, as true. */
export const timePooling = z
  .boolean()
  .optional()
  .describe(
    'Whether the poolings are over time too; false keeps a step per frame, as model.pitch needs for one pitch per frame. Default: true.',
  );

/** The option `features` of the branches that project each step. */
export const stepFeatures = z
  .int()
  .positive()
  .default(128)
  .describe('Size of each step of the sequence that the branch gives.');

/** The option `lstm_units` that every branch has. */
export const lstmUnits = z
  .int()
  .nonnegative()
  .default(0)
  .describe('Hidden units per direction of a BiLSTM over the sequence; 0 for none.');

/** The option `lstm_norm` that every branch has. */
export const lstmNorm = z
  .boolean()
  .optional()
  .describe('Whether batch normalisation follows the BiLSTM. Default: false.');

/** The end of a branch: a BiLSTM over its steps. */
interface RecurrenceOptions {
  /** Hidden units per direction; 0 for no BiLSTM. */
  lstm_units: number;
  /** Whether batch normalisation follows it. Default: false. */
  lstm_norm?: boolean;
  /** Part of its outputs that is dropped in training. Default: 0. */
  rate?: number;
}

/**
 * A BiLSTM over a sequence, under `name/bilstm`, with normalisation under `name/bilstm_norm` and dropout where they are
 * asked for, and its output's last size.
 */
export function withRecurrence(
  parameters: Parameters,
  name: string,
  features: number,
  { lstm_units: units, lstm_norm: isNormalised = false, rate = 0 }: RecurrenceOptions,
): { features: number; apply: (x: tf.Tensor3D, mode: ForwardMode, mask?: tf.Tensor2D) => tf.Tensor3D } {
  if (units === 0) return { features, apply: (x) => x };
  const recur = bilstm(parameters, `${name}/bilstm`, features, units);
  const norm = isNormalised ? batchNorm(parameters, `${name}/bilstm_norm`, 2 * units) : null;
  return {
    features: 2 * units,
    apply(x, mode, mask) {
      const y = recur(x, mask);
      const normalised = norm?.(y, mode, mask && tf.expandDims(mask, 2)) ?? y;
      // Normalisation moves the zeros behind a packed sequence; nothing after it may see them.
      return dropout(norm && mask ? tf.mul(normalised, tf.expandDims(mask, 2)) : normalised, rate, mode);
    },
  };
}

/** A bidirectional LSTM, and the option for one at the end of a branch. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { lstm } from '../../engine/ops/lstm.js';
import { forgetGateOne, glorotUniform } from '../initializers.js';
import type { Parameters } from '../parameters.js';

/**
 * A bidirectional LSTM (Schuster and Paliwal 1997), [batch, time, features] to [batch, time, 2 units]. Weights:
 * `name/forward/kernel` [features + units, 4 units] (gates i, c, f, o), `name/forward/bias` [4 units], and the same
 * under `name/backward`.
 */
export function bilstm(
  parameters: Parameters,
  name: string,
  features: number,
  units: number,
): (x: tf.Tensor3D) => tf.Tensor3D {
  const [forward, backward] = ['forward', 'backward'].map((direction) => ({
    kernel: parameters.trainable<tf.Tensor2D>(
      `${name}/${direction}/kernel`,
      [features + units, 4 * units],
      glorotUniform,
    ),
    bias: parameters.trainable<tf.Tensor1D>(`${name}/${direction}/bias`, [4 * units], forgetGateOne),
  }));
  return (x) => {
    const inTime = tf.transpose(x, [1, 0, 2]); // [time, batch, features]
    const ahead = lstm(inTime, forward.kernel, forward.bias); // [time, batch, units]
    const back = tf.reverse(lstm(tf.reverse(inTime, 0), backward.kernel, backward.bias), 0);
    return tf.transpose(tf.concat([ahead, back], 2), [1, 0, 2]); // [batch, time, 2 units]
  };
}

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

/** A BiLSTM over a sequence, and its output's last size; `units`: hidden units per direction, 0 for none. */
export function withRecurrence(
  parameters: Parameters,
  name: string,
  features: number,
  units: number,
): { features: number; apply: (x: tf.Tensor3D) => tf.Tensor3D } {
  if (units === 0) return { features, apply: (x) => x };
  return { features: 2 * units, apply: bilstm(parameters, name, features, units) };
}

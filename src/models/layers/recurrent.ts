/** Recurrent layers in one direction, by the name that an option gives them, and the state after a sequence's last step. */
import * as tf from '@tensorflow/tfjs-core';
import { gru } from '../../engine/ops/gru.js';
import { lstm } from '../../engine/ops/lstm.js';
import type { Sequence } from '../branches/branch.js';
import { constant, forgetGateOne, glorotUniform } from '../initializers.js';
import type { Parameters } from '../parameters.js';

/** A layer that was built: [time, batch, features] to [time, batch, units]. */
export type RecurrentLayer = (x: tf.Tensor3D) => tf.Tensor3D;

/** Makes a layer's weights under `name`. */
export type RecurrentCell = (
  parameters: Parameters,
  name: string,
  features: number,
  units: number,
) => RecurrentLayer;

/** h' = tanh(x W + h U + b) (Elman 1990): `kernel` [features, units], `recurrent` [units, units], `bias` [units]. */
const simple: RecurrentCell = (parameters, name, features, units) => {
  const kernel = parameters.trainable<tf.Tensor2D>(`${name}/kernel`, [features, units], glorotUniform);
  const recurrent = parameters.trainable<tf.Tensor2D>(`${name}/recurrent`, [units, units], glorotUniform);
  const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [units], constant(0));
  return (x) => {
    const [time, batch] = x.shape;
    const rows = tf.reshape(x, [time * batch, features]) as tf.Tensor2D;
    const projected = tf.reshape(tf.add(tf.matMul(rows, kernel), bias), [time, batch, units]);
    let hidden = tf.zeros([batch, units]) as tf.Tensor2D;
    const states = (tf.unstack(projected) as tf.Tensor2D[]).map((step) => {
      hidden = tf.tanh(tf.add(step, tf.matMul(hidden, recurrent)) as tf.Tensor2D);
      return hidden;
    });
    return tf.stack(states) as tf.Tensor3D;
  };
};

/** As of `gru`: `kernel` [features, 3 units], `recurrent` [units, 3 units], `bias` [2, 3 units]. */
const gated: RecurrentCell = (parameters, name, features, units) => {
  const kernel = parameters.trainable<tf.Tensor2D>(`${name}/kernel`, [features, 3 * units], glorotUniform);
  const recurrent = parameters.trainable<tf.Tensor2D>(`${name}/recurrent`, [units, 3 * units], glorotUniform);
  const biases = parameters.trainable<tf.Tensor2D>(`${name}/bias`, [2, 3 * units], constant(0));
  return (x) => gru(x, kernel, recurrent, biases);
};

/** As of `lstm`: `kernel` [features + units, 4 units], `bias` [4 units]. */
const longShortTerm: RecurrentCell = (parameters, name, features, units) => {
  const kernel = parameters.trainable<tf.Tensor2D>(
    `${name}/kernel`,
    [features + units, 4 * units],
    glorotUniform,
  );
  const bias = parameters.trainable<tf.Tensor1D>(`${name}/bias`, [4 * units], forgetGateOne);
  return (x) => lstm(x, kernel, bias);
};

export const recurrentCells = { simple, gru: gated, lstm: longShortTerm };

/**
 * Moves the real steps of each sequence [batch, time, features] to its beginning, in order; behind them stand zeros.
 *
 * @param mask - [batch, time]
 * @returns the moved steps, and [batch, time] ones at each sequence's last real step; all zeros where it has none
 */
export function packSteps({ values, mask }: Sequence): { packed: tf.Tensor3D; last: tf.Tensor2D } {
  const [batch, time] = values.shape;
  const lastOf = (lengths: tf.Tensor1D): tf.Tensor2D =>
    tf.oneHot(tf.cast(tf.sub(lengths, 1), 'int32'), time) as tf.Tensor2D;
  if (!mask) return { packed: values, last: lastOf(tf.fill([batch], time)) };
  const place = tf.cast(tf.sub(tf.cumsum(mask, 1), 1), 'int32'); // of each real step
  const moves = tf.mul(tf.oneHot(place, time), tf.expandDims(mask, 2)); // [batch, from, to]
  return {
    packed: tf.matMul(moves as tf.Tensor3D, values, true),
    last: lastOf(tf.sum(mask, 1)),
  };
}

/** The step of [time, batch, units] that `last` of `packSteps` marks, [batch, units]. */
export const lastStep = (states: tf.Tensor3D, last: tf.Tensor2D): tf.Tensor2D =>
  tf.sum(tf.mul(states, tf.expandDims(tf.transpose(last), 2)), 0);

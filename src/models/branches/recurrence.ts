/** The optional BiLSTM at the end of a branch. */
import type * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { bilstm } from '../layers/bilstm.js';
import type { Parameters } from '../parameters.js';

/** The option `lstm_units` that every branch has. */
export const lstmUnits = z
  .int()
  .nonnegative()
  .default(0)
  .describe('Hidden units per direction of a BiLSTM over the sequence; 0 for none.');

/**
 * A BiLSTM over a branch's sequence and the size of its output's last dimension; `units`: hidden units per direction, 0
 * for no layer.
 */
export function withRecurrence(
  parameters: Parameters,
  name: string,
  features: number,
  units: number,
): { features: number; apply: (x: tf.Tensor3D) => tf.Tensor3D } {
  if (units === 0) return { features, apply: (x) => x };
  return { features: 2 * units, apply: bilstm(parameters, name, features, units) };
}

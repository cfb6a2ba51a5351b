import * as tf from '@tensorflow/tfjs-core';
import type { Sequence } from '../branches/branch.js';
import { maxOverTime, meanOverTime } from './pooling.js';

/**
 * Mean and maximum over time, one after the other: what a fusion without attention takes of a branch.
 *
 * @param sequence - [batch, time, features] with its mask
 * @returns [batch, 2 × features]
 */
export function pooledSummary({ values, mask }: Sequence): tf.Tensor2D {
  return tf.concat([meanOverTime(values, mask), maxOverTime(values, mask)], 1);
}

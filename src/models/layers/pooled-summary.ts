import * as tf from '@tensorflow/tfjs-core';
import type { Sequence } from '../branches/branch.js';
import { maxOverTime, meanOverTime } from './pooling.js';

/**
 * Mean and maximum over time of [batch, time, features], side by side: [batch, 2 × features], for a fusion without
 * attention.
 */
export function pooledSummary({ values, mask }: Sequence): tf.Tensor2D {
  return tf.concat([meanOverTime(values, mask), maxOverTime(values, mask)], 1);
}

/** Dropout whose mask is a pure function of a key (Srivastava et al. 2014). */
import * as tf from '@tensorflow/tfjs-core';
import { hasKernels, runNative } from './native.js';
import { philox } from './philox.js';

/** Two 32-bit numbers that decide a mask. */
export type DropoutKey = [number, number];

/**
 * Zeroes elements with probability `rate` and scales the others by 1 / (1 - rate). Element i is kept where number i of
 * Philox 4×32-10 under the key, its upper 24 bits as a fraction, is at least the rate: the same elements on every engine.
 *
 * @param x - any shape
 * @param rate - in [0, 1)
 * @param key - whole numbers from 0 to 2^32 - 1
 * @returns the shape of x
 */
export function dropoutOf<T extends tf.Tensor>(x: T, rate: number, key: DropoutKey): T {
  const kept = 1 / (1 - rate);
  const limit = Math.ceil(rate * 2 ** 24);
  if (!hasKernels()) return tf.mul(x, tf.tensor(maskOf(x.size, key, limit, kept), x.shape)) as T;
  const thin = (values: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      const numbers = Int32Array.from([...key, limit], (number) => number | 0);
      return runNative('PolytagDropout', [], [values, tf.tensor1d(numbers), tf.tensor1d([kept])]);
    });
  // The gradient passes through the same mask, which is drawn again: nothing is kept for it.
  return tf.customGrad((input) => ({
    value: thin(input as T),
    gradFunc: (dy: tf.Tensor) => thin(dy),
  }))(x) as T;
}

/** `kept` for each element that is kept, 0 for the others. */
function maskOf(size: number, key: DropoutKey, limit: number, kept: number): Float32Array {
  const mask = new Float32Array(size);
  const numbers = new Uint32Array(4);
  for (let i = 0; i < size; i++) {
    if (i % 4 === 0) philox(i / 4, key, numbers);
    if (numbers[i % 4] >>> 8 >= limit) mask[i] = kept;
  }
  return mask;
}

/** Mean and maximum over the steps of a sequence, by one kernel of our own each way. */
import type * as tf from '@tensorflow/tfjs-core';
import { hasKernels, runOwn, withGradient } from './native.js';

/** Whether `timePool` computes on the engine that runs. */
export const hasTimePool = (): boolean => hasKernels();

/**
 * Mean and maximum over the steps that a mask keeps, side by side, where `hasTimePool`. Of a sequence without any, the mean is 0;
 * of equal maxima, each takes the gradient.
 *
 * @param values - [batch, steps, features]
 * @param mask - [batch, steps], 1 for a step that counts and 0 for others; it has no gradient
 * @returns [batch, 2 × features]
 */
export function timePool(values: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor2D {
  return withGradient([values], ([x], save) => {
    const [value] = runOwn('PolytagTimePool', {}, [x, mask], 1);
    save([x, mask, value]);
    return {
      value,
      gradFunc: (dy, saved) => runOwn('PolytagTimePoolGrad', {}, [dy, ...saved], 1),
    };
  });
}

/** The end of a residual block: a sum of two maps, max-pooling and ReLU, by one kernel of our own each way. */
import * as tf from '@tensorflow/tfjs-core';
import { relu as rectify } from './activations.js';
import { hasKernels, runOwn, withGradient } from './native.js';
import { poolingAttributes } from './norm-pool-kernel.js';

/** What is done with a map. */
export interface SumPoolOptions {
  /** Added to the map; of its shape. Default: nothing. */
  plus?: tf.Tensor4D;
  /** Factors of what is added, [batch, 1, 1, channels]. Default: 1. */
  gates?: tf.Tensor4D;
  /** Maximum over windows of this height and width, side by side, as far as they fit. Default: 1 × 1. */
  pool?: readonly [number, number];
  /** Whether max(y, 0) is the result. Default: false. */
  relu?: boolean;
}

/** Most places of a window of which the kernel notes the greatest. */
const MOST_PLACES = 255;

/**
 * The maximum of x + gates · plus over each window; of equal values, the first takes the gradient.
 *
 * @param x - [batch, height, width, channels]
 * @returns [batch, pooled height, pooled width, channels]
 */
export function sumPool(x: tf.Tensor4D, options: SumPoolOptions): tf.Tensor4D {
  const { plus, gates, pool = [1, 1], relu = false } = options;
  if (hasKernels() && pool[0] * pool[1] <= MOST_PLACES) return byKernel(x, options);
  const second = plus && gates ? tf.mul(plus, gates) : plus;
  const sum = (second ? tf.add(x, second) : x) as tf.Tensor4D;
  const pooled = pool[0] * pool[1] > 1 ? tf.maxPool(sum, [...pool], [...pool], 'valid') : sum;
  return relu ? rectify(pooled) : pooled;
}

function byKernel(x: tf.Tensor4D, { plus, gates, pool = [1, 1], relu = false }: SumPoolOptions): tf.Tensor4D {
  const attributes = poolingAttributes({ size: [...pool], stride: [...pool] }, relu);
  const inputs = [x, plus, plus && gates].filter((tensor) => tensor !== undefined);
  return withGradient(inputs, ([first, second, factors], save) => {
    const none = tf.tensor1d([]);
    const given = [first, second ?? none, factors ?? none];
    const [value, places] = runOwn('PolytagSumPool', attributes, given, 2);
    save(factors ? [places, second, factors] : [places]);
    const { shape } = first;
    return {
      value,
      gradFunc: (dy, [where, b = tf.tensor1d([]), gate = tf.tensor1d([])]) => {
        const all = [dy, where, tf.tensor1d(shape, 'int32'), b, gate];
        const [dx, dPlus, dGates] = runOwn('PolytagSumPoolGrad', attributes, all, 3);
        if (factors) return [dx, dPlus, tf.reshape(dGates, factors.shape)];
        return second ? [dx, tf.clone(dx)] : [dx];
      },
    };
  });
}

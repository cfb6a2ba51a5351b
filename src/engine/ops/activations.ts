/** Activations whose gradient is one native operation. */
import * as tf from '@tensorflow/tfjs-core';
import { attribute, isNative, runNative } from './native.js';

/**
 * Rectified linear unit, max(x, 0). TensorFlow.js differentiates it with a step function and a product, which
 * cost more than the convolution before it; natively `ReluGrad` does it in one pass.
 *
 * @param x - any shape
 * @returns the same shape
 */
export function relu<T extends tf.Tensor>(x: T): T {
  if (!isNative()) return tf.relu(x);
  const type = [attribute('T', 'TYPE', 'float32')];
  return tf.customGrad((input, save) => {
    const y = runNative('Relu', type, [input as T]);
    (save as tf.GradSaveFunc)([y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => runNative('ReluGrad', type, [dy, saved]),
    };
  })(x) as T;
}

/**
 * Exponential linear unit (Clevert, Unterthiner and Hochreiter 2016), x for x > 0, else exp(x) - 1. Its gradient
 * is one kernel on both engines.
 *
 * @param x - any shape
 * @returns the same shape
 */
export function elu<T extends tf.Tensor>(x: T): T {
  return tf.elu(x);
}

/**
 * Hyperbolic tangent, with `TanhGrad` as its gradient on the native engine.
 *
 * @param x - any shape
 * @returns the same shape
 */
export function tanh<T extends tf.Tensor>(x: T): T {
  if (!isNative()) return tf.tanh(x);
  const type = [attribute('T', 'TYPE', 'float32')];
  return tf.customGrad((input, save) => {
    const y = runNative('Tanh', type, [input as T]);
    (save as tf.GradSaveFunc)([y]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => runNative('TanhGrad', type, [saved, dy]),
    };
  })(x) as T;
}

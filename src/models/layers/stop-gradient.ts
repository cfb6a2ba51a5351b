import * as tf from '@tensorflow/tfjs-core';

/** Passes values on and keeps gradients back: nothing before it learns from what follows. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((input) => ({
    value: tf.clone(input as T),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))(x) as T;
}

/** Gradients of a function of tensors, as numbers, and by finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../src/base/random.js';

/** A function of some tensors, and the shapes of its arguments. */
export interface Differentiable {
  shapes: number[][];
  apply: (...x: tf.Tensor[]) => tf.Tensor;
  /** Spread of the random arguments. */
  spread?: number;
}

/** Seeded arguments of a function. */
export function argumentsOf(f: Differentiable, seed = 7): Float32Array[] {
  const random = randomGenerator(seed, 'arguments');
  return f.shapes.map((shape) =>
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => (f.spread ?? 1) * random.normal()),
  );
}

/** Weighted sum of the output, so that every output's gradient differs. */
function weighted(f: Differentiable, x: tf.Tensor[]): tf.Scalar {
  const y = f.apply(...x);
  const weights = Float32Array.from({ length: y.size }, (_, i) => Math.sin(1 + i * 1.7));
  return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
}

/** Value and gradients on the engine that runs. */
export function differentiate(
  f: Differentiable,
  values: Float32Array[],
): { value: number; gradients: Float32Array[] } {
  return tf.tidy(() => {
    const x = values.map((v, i) => tf.tensor(v, f.shapes[i]));
    const { value, grads } = tf.valueAndGrads((...args: tf.Tensor[]) => weighted(f, args))(x);
    return { value: value.dataSync()[0], gradients: grads.map((g) => g.dataSync<'float32'>().slice()) };
  });
}

/** Central differences at up to `count` elements of each argument: [argument, element, difference quotient]. */
export function differences(
  f: Differentiable,
  values: Float32Array[],
  step = 1e-2,
  count = 12,
): [number, number, number][] {
  const at = (changed: Float32Array[]): number =>
    tf.tidy(
      () =>
        weighted(
          f,
          changed.map((v, i) => tf.tensor(v, f.shapes[i])),
        ).dataSync()[0],
    );
  return values.flatMap((v, argument) => {
    const stride = Math.max(1, Math.floor(v.length / count));
    return Array.from({ length: Math.min(count, v.length) }, (_, k): [number, number, number] => {
      const element = k * stride;
      const moved = (delta: number): Float32Array[] =>
        values.map((other, i) =>
          i === argument ? other.map((n, j) => (j === element ? n + delta : n)) : other,
        );
      return [argument, element, (at(moved(step)) - at(moved(-step))) / (2 * step)];
    });
  });
}

/** Activations: a function of each number, and its derivative written with the function's own value. */
import { kept, type NumberArray, type PlainLayerKind, withoutWeights } from './layer.js';

/** A function of x, and its derivative as a function of y = f(x). */
interface Activation {
  value(x: number): number;
  slope(y: number): number;
}

const activations = {
  /** max(0, x) */
  relu: { value: (x) => (x > 0 ? x : 0), slope: (y) => (y > 0 ? 1 : 0) },
  /** 1 / (1 + e^-x) */
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  /** x above 0, e^x - 1 below (Clevert et al. 2016) */
  elu: { value: (x) => (x > 0 ? x : Math.expm1(x)), slope: (y) => (y > 0 ? 1 : y + 1) },
} satisfies Record<string, Activation>;

/** Name of an activation. */
export type ActivationName = keyof typeof activations;

/** The layer y = f(x), of any shape; backward: dx = f'(x) dy. */
export const activation: PlainLayerKind<{ function: ActivationName }> = ({ function: name }, shape) => {
  const { value, slope } = activations[name];
  let given: NumberArray | null = null;
  return {
    ...withoutWeights,
    shape,
    forward(x) {
      given = { shape: x.shape, values: x.values.map(value) };
      return given;
    },
    backward(dy) {
      const y = kept(given);
      return { shape: y.shape, values: dy.values.map((d, i) => d * slope(y.values[i])) };
    },
  };
};

/** First values of weights; TensorFlow.js' initialisers ignored seeds (tensorflow/tfjs #7104). */
import type { RandomGenerator } from '../base/random.js';

/** Gives the first values of a weight of some shape. */
export type Initializer = (shape: number[], random: RandomGenerator) => Float32Array;

const size = (shape: number[]): number => shape.reduce((product, n) => product * n, 1);

/** Inputs that reach one output: all dimensions of a kernel but the last. */
const fanIn = (shape: number[]): number => size(shape.slice(0, -1));

/** Normal with variance 2 / fan-in (He et al. 2015), for layers before a rectifier or ELU; outputs last. */
export const heNormal: Initializer = (shape, random) => {
  const deviation = Math.sqrt(2 / fanIn(shape));
  return Float32Array.from({ length: size(shape) }, () => deviation * random.normal());
};

/**
 * Uniform within ±sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010), for layers before tanh or a linear output;
 * outputs last.
 */
export const glorotUniform: Initializer = (shape, random) => {
  const receptive = size(shape.slice(0, -2));
  const limit = Math.sqrt(6 / (fanIn(shape) + receptive * shape[shape.length - 1]));
  return Float32Array.from({ length: size(shape) }, () => random.between(-limit, limit));
};

/**
 * Uniform within ±1 / sqrt(fan-in), as PyTorch begins every convolution, dense layer and their biases; outputs last.
 *
 * @param inputs - the fan-in, where the shape does not tell it, as of a bias. Default: that of the shape
 */
export const torchUniform =
  (inputs?: number): Initializer =>
  (shape, random) => {
    const limit = 1 / Math.sqrt(inputs ?? fanIn(shape));
    return Float32Array.from({ length: size(shape) }, () => random.between(-limit, limit));
  };

/** Every element the same. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(size(shape)).fill(value);

/** Normal with a given deviation. */
export const normal =
  (deviation: number): Initializer =>
  (shape, random) =>
    Float32Array.from({ length: size(shape) }, () => deviation * random.normal());

/** Zero, with one in the forget gate's part of an LSTM bias (Jozefowicz et al. 2015), [4 units]; gates i, c, f, o. */
export const forgetGateOne: Initializer = (shape) => {
  const units = shape[0] / 4;
  return new Float32Array(shape[0]).fill(1, 2 * units, 3 * units);
};

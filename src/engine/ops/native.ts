/** Calls of TensorFlow's own operations, where the native engine runs. No Node module is imported here. */
import * as tf from '@tensorflow/tfjs-core';

/** An attribute of a native operation. */
export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

/** The package's C++ binding: constants by name, and raw tensors. */
type Binding = Record<`TF_${string}`, number> & {
  createTensor(shape: number[], type: number, values: Int32Array): number;
};

interface NativeBackend {
  binding: Binding;
  tensorMap: { set(dataId: object, entry: object): void };
  executeSingleOutput(name: string, attributes: Attribute[], inputs: unknown[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: unknown[],
    count: number,
  ): tf.Tensor[];
}

let isComposed = false;

/**
 * Whether TensorFlow's C library computes, so that its fused operations can be called.
 *
 * @returns true on engine `tensorflow`, outside of `composed`
 */
export function isNative(): boolean {
  return !isComposed && tf.getBackend() === 'tensorflow';
}

/**
 * Does a piece of work with TensorFlow.js's operations alone on every engine, so that whoever watches these sees all.
 *
 * @param work - computes with tensors
 * @returns what it gives
 */
export function composed<T>(work: () => T): T {
  const before = isComposed;
  isComposed = true;
  try {
    return work();
  } finally {
    isComposed = before;
  }
}

let kernels = false;
let products = false;
let panel = 0;

/**
 * Whether the operations of `engine/native/` are registered and what runs is the engine whose processor they compute on.
 *
 * @returns true where `Polytag…` operations may be called
 */
export const hasKernels = (): boolean => kernels && isNative();

/**
 * Whether an operation of our own is registered for WebAssembly, and that engine runs, outside of `composed`.
 *
 * @param name - `Polytag…`
 */
export const isOnWasm = (name: string): boolean =>
  !isComposed && tf.getBackend() === 'wasm' && tf.getKernel(name, 'wasm') !== undefined;

/**
 * Says whether those operations are used; tests turn them off to compare.
 *
 * @param use - false for TensorFlow's own operations only
 * @param areProductsFast - what `productsPay` is to say from now on
 * @param channels - what `channelPanel` is to say from now on
 */
export function useKernels(use: boolean, areProductsFast = products, channels = panel): void {
  kernels = use;
  products = areProductsFast;
  panel = channels;
}

/** Of how many channels a map must have a multiple for `winograd.ts`; 0 where the processor has no vectors for it. */
export const channelPanel = (): number => panel;

/**
 * Whether a convolution's kernel gradient is faster as products of matrices than by oneDNN: on processors without AVX-512,
 * where oneDNN takes two to nine times as long.
 *
 * @returns true on such a processor
 */
export const productsPay = (): boolean => products;

function native(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}

/**
 * Makes an attribute of a native operation.
 *
 * @param name - TensorFlow's name of the attribute
 * @param type - its kind
 * @param value - its value; `float32` stands for TensorFlow's DT_FLOAT
 * @returns the attribute
 */
export function attribute(
  name: string,
  type: 'BOOL' | 'FLOAT' | 'INT' | 'STRING' | 'TYPE',
  value: unknown,
): Attribute {
  const { binding } = native();
  return { name, type: binding[`TF_ATTR_${type}`], value: type === 'TYPE' ? binding.TF_FLOAT : value };
}

/**
 * Runs a native operation with one output. It stands outside the gradient tape: wrap it in `tf.customGrad`.
 *
 * @param name - TensorFlow's name of the operation
 * @param attributes - its attributes
 * @param inputs - its inputs
 * @returns the output
 */
export function runNative<T extends tf.Tensor>(
  name: string,
  attributes: Attribute[],
  inputs: tf.Tensor[],
): T {
  return native().executeSingleOutput(name, attributes, inputs) as T;
}

/**
 * Runs a native operation with several outputs; outside the gradient tape like `runNative`.
 *
 * @param name - TensorFlow's name of the operation
 * @param attributes - its attributes
 * @param inputs - its inputs; a number that the operation wants as int64 is wrapped by `int64`
 * @param count - how many outputs it has
 * @returns the outputs
 */
export function runNativeMany(
  name: string,
  attributes: Attribute[],
  inputs: unknown[],
  count: number,
): tf.Tensor[] {
  return native().executeMultipleOutputs(name, attributes, inputs, count);
}

/**
 * Runs an operation of our own on the engine that runs, where that has it; outside the gradient tape like `runNative`.
 *
 * @param name - `Polytag…`
 * @param attributes - numbers by name; of them `epsilon` alone is not a whole one
 * @param inputs - its inputs; WebAssembly's kernels find them by number
 * @param count - how many outputs it has
 */
export function runOwn(
  name: string,
  attributes: Readonly<Record<string, number>>,
  inputs: readonly tf.Tensor[],
  count: number,
): tf.Tensor[] {
  if (!hasKernels()) {
    const numbered = Object.fromEntries(inputs.entries());
    return tf.engine().runKernel(name, numbered, attributes) as tf.Tensor[];
  }
  const typed = Object.entries(attributes).map(([key, value]) =>
    attribute(key, key === 'epsilon' ? 'FLOAT' : 'INT', value),
  );
  return runNativeMany(name, typed, [...inputs], count);
}

/**
 * The product of two matrices, outside the gradient tape.
 *
 * @param transposed - which of them is transposed first
 * @returns aᵀ b or a bᵀ
 */
export const matrixProduct = (a: tf.Tensor, b: tf.Tensor, transposed: 'a' | 'b'): tf.Tensor =>
  runNative(
    'MatMul',
    [
      attribute('transpose_a', 'BOOL', transposed === 'a'),
      attribute('transpose_b', 'BOOL', transposed === 'b'),
      attribute('T', 'TYPE', 'float32'),
    ],
    [a, b],
  );

/** A value, and what gives the gradient of each input. */
interface Differentiated {
  value: tf.Tensor;
  gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[];
}

/**
 * Computes with a gradient of one's own, as `tf.customGrad` for inputs of any number.
 *
 * @param inputs - what it depends on
 * @param compute - receives them and what keeps tensors for the gradient
 * @returns the value
 */
export const withGradient = <T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  compute: (inputs: tf.Tensor[], save: (tensors: tf.Tensor[]) => void) => Differentiated,
): T =>
  tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc;
    return compute(given as tf.Tensor[], save);
  })(...inputs) as T;

const int64Scalars = new Map<number, { dataId: object }>();

/**
 * A 64-bit scalar. TensorFlow.js has no such type, and the package's own wrapper makes a native tensor at each
 * use that nobody frees; these are made once for each value and kept.
 *
 * @param value - a whole number from 0 to 2^31 - 1
 * @returns an input for `runNativeMany`
 */
export function int64(value: number): { dataId: object } {
  let scalar = int64Scalars.get(value);
  if (!scalar) {
    const { binding, tensorMap } = native();
    const id = binding.createTensor([], binding.TF_INT64, new Int32Array([value, 0]));
    scalar = { dataId: {} };
    tensorMap.set(scalar.dataId, { shape: [], dtype: binding.TF_INT64, id, values: null, refCount: 1 });
    int64Scalars.set(value, scalar);
  }
  return scalar;
}

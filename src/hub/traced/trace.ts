/** What a network computes, operation by operation, as it is seen at the tensor library. */
import * as tf from '@tensorflow/tfjs-core';
import { type OnKernel, watchKernels } from '../../engine/watch-kernels.js';

/** Numbers that do not depend on an input. */
export interface TracedConstant {
  shape: readonly number[];
  dtype: tf.DataType;
  values: Float32Array | Int32Array | Uint8Array;
  /** Where it is a weight as it is stored. */
  name: string | null;
}

/** Where an operand comes from: the number of a traced value, or a constant. */
export type TracedOperand = { value: number } | { constant: TracedConstant };

/** A result that depends on an input. */
export interface TracedValue {
  shape: readonly number[];
  dtype: tf.DataType;
}

/** An operation of TensorFlow.js on what depends on an input. */
export interface TracedOperation {
  /** TensorFlow.js's name: `Conv2D`. */
  kernel: string;
  attributes: Readonly<Record<string, unknown>>;
  /** By their names; those of a list are called 0, 1 and so on. */
  operands: Readonly<Record<string, TracedOperand>>;
  outputs: readonly number[];
}

/** A network's operations in order. */
export interface Trace {
  values: readonly TracedValue[];
  /** Numbers of the values that are the inputs, by name. */
  inputs: ReadonlyMap<string, number>;
  operations: readonly TracedOperation[];
  /** What the work gave, by name. */
  outputs: ReadonlyMap<string, TracedOperand>;
}

/** Operations whose result has the numbers of their operand. */
const RENAMING = new Set(['Identity']);

/**
 * Runs a piece of work and notes its operations. What depends on weights and constants alone is computed, not noted.
 *
 * @param inputs - tensors by name
 * @param weights - tensors by name
 * @param work - computes, with TensorFlow.js's operations, what is wanted, by name; it runs inside `tf.tidy`
 */
export function traceOperations(
  inputs: Readonly<Record<string, tf.Tensor>>,
  weights: ReadonlyMap<string, tf.Tensor>,
  work: () => Record<string, tf.Tensor>,
): Trace {
  const numbers = new Map<tf.Tensor, number>();
  const values: TracedValue[] = [];
  const operations: TracedOperation[] = [];
  const names = new Map([...weights].map(([name, tensor]) => [tensor, name]));
  const constants = new Map<tf.Tensor, TracedConstant>();
  const add = (tensor: tf.Tensor): number => {
    numbers.set(tensor, values.length);
    return values.push({ shape: tensor.shape, dtype: tensor.dtype }) - 1;
  };
  const constantOf = (tensor: tf.Tensor): TracedConstant => {
    let constant = constants.get(tensor);
    if (!constant) {
      const { shape, dtype } = tensor;
      constant = { shape, dtype, values: tensor.dataSync().slice(), name: names.get(tensor) ?? null };
      constants.set(tensor, constant);
    }
    return constant;
  };
  const operandOf = (tensor: tf.Tensor): TracedOperand => {
    const value = numbers.get(tensor);
    return value === undefined ? { constant: constantOf(tensor) } : { value };
  };
  const note: OnKernel = (kernel, given, attributes, results) => {
    const tensors = Object.entries(given);
    if (RENAMING.has(kernel)) {
      const [[, first]] = tensors;
      const [number, name] = [numbers.get(first), names.get(first)];
      if (number !== undefined) numbers.set(results[0], number);
      else if (name !== undefined) names.set(results[0], name);
      return;
    }
    if (!tensors.some(([, tensor]) => numbers.has(tensor))) return;
    const operands = Object.fromEntries(tensors.map(([name, tensor]) => [name, operandOf(tensor)]));
    operations.push({ kernel, attributes, operands, outputs: results.map(add) });
  };
  const numbered = new Map(Object.entries(inputs).map(([name, tensor]) => [name, add(tensor)]));
  const outputs = new Map<string, TracedOperand>();
  tf.tidy(() => {
    const given = watchKernels(work, note);
    for (const [name, tensor] of Object.entries(given)) outputs.set(name, operandOf(tensor));
  });
  return { values, inputs: numbered, operations, outputs };
}

/** What a network computes, operation by operation, as it is seen at the tensor library. */
import * as tf from '@tensorflow/tfjs-core';
import { composed } from '../../../engine/ops/native.js';

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

type RunKernel = (
  kernel: string,
  inputs: Record<string, tf.Tensor>,
  attributes?: object,
) => tf.Tensor | tf.Tensor[];

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
  const note = (
    kernel: string,
    given: Record<string, tf.Tensor>,
    attributes: object,
    outputs: tf.Tensor[],
  ): void => {
    const tensors = Object.entries(given).filter(([, tensor]) => tensor);
    const first = tensors.length === 1 ? tensors[0][1] : null;
    if (first && RENAMING.has(kernel)) {
      const [number, name] = [numbers.get(first), names.get(first)];
      if (number !== undefined) numbers.set(outputs[0], number);
      else if (name !== undefined) names.set(outputs[0], name);
      return;
    }
    if (!tensors.some(([, tensor]) => numbers.has(tensor))) return;
    const operands = Object.fromEntries(tensors.map(([name, tensor]) => [name, operandOf(tensor)]));
    operations.push({
      kernel,
      attributes: attributes as TracedOperation['attributes'],
      operands,
      outputs: outputs.map(add),
    });
  };
  const numbered = new Map(Object.entries(inputs).map(([name, tensor]) => [name, add(tensor)]));
  const outputs = new Map<string, TracedOperand>();
  tf.tidy(() => {
    const given = watched(() => composed(work), note);
    for (const [name, tensor] of Object.entries(given)) outputs.set(name, operandOf(tensor));
  });
  return { values, inputs: numbered, operations, outputs };
}

/** Runs a piece of work and calls `note` after each operation of it, not for those of its own. */
function watched<T>(
  work: () => T,
  note: (kernel: string, inputs: Record<string, tf.Tensor>, attributes: object, outputs: tf.Tensor[]) => void,
): T {
  const engine = tf.engine() as unknown as { runKernel: RunKernel };
  const { runKernel } = engine;
  const run: RunKernel = (kernel, inputs, attributes) => runKernel.call(engine, kernel, inputs, attributes);
  const noting: RunKernel = (kernel, inputs, attributes = {}) => {
    engine.runKernel = run;
    try {
      const result = run(kernel, inputs, attributes);
      note(kernel, inputs, attributes, [result].flat());
      return result;
    } finally {
      engine.runKernel = noting;
    }
  };
  engine.runKernel = noting;
  try {
    return work();
  } finally {
    // The method of the class again.
    delete (engine as Partial<typeof engine>).runKernel;
  }
}

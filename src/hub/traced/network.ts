/** A network as operations whose sizes may grow with the batch, and how a graph of some format is made of them. */
import * as tf from '@tensorflow/tfjs-core';
import {
  BATCHES,
  countOf,
  type Growing,
  isConstant,
  isNumber,
  rangeOf,
  requireSameOperations,
  type Size,
  type SizedConstant,
  sizedConstant,
  sizesOf,
} from './batch-sizes.js';
import { type Operand, type Writers, writeOperation } from './operation.js';
import { type Trace, type TracedOperand, traceOperations } from './trace.js';

/** A network to write. */
export interface NetworkToTrace {
  /** Makes the inputs of a batch, by name; the first size of each is the batch's. */
  makeInputs(batch: number): Record<string, tf.Tensor>;
  weights: ReadonlyMap<string, tf.Tensor>;
  /** Computes the outputs by name. */
  forward(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
}

/** A network traced in batches of two sizes, of the same operations. */
export interface TracedNetwork {
  one: Trace;
  other: Trace;
  /** The inputs that an output depends on: number of the value, and name in a graph. */
  inputs: readonly { number: number; name: string }[];
}

/** An input or output of a network. */
export interface TracedPort {
  name: string;
  sizes: readonly Size[];
  /** TensorFlow.js's. */
  dtype: string;
}

/** An output, with its name in the graph that was written. */
export interface WrittenOutput extends TracedPort {
  from: string;
}

/** What every format's graph can add: constants, and what grows with the batch. Each returns a name. */
export interface ConstantWriter {
  /** So many times the batch's size as a number of a type. */
  count(size: Growing, dtype: string): string;
  /** The whole numbers below so many times the batch's size, of a type. */
  range(size: Growing, dtype: string): string;
  sized(constant: SizedConstant): string;
}

/** Notes what a network computes. Throws an Error in a few words where that depends on the batch's size, or on no input. */
export function traceNetwork(network: NetworkToTrace): TracedNetwork {
  const [one, other] = BATCHES.map((batch) => traceOfBatch(network, batch));
  requireSameOperations(one, other);
  const used = new Set(
    [...one.operations.flatMap(({ operands }) => Object.values(operands)), ...one.outputs.values()].flatMap(
      (from) => (isConstant(from) ? [] : [from.value]),
    ),
  );
  const inputs = [...one.inputs]
    .filter(([, number]) => used.has(number))
    .map(([name, number]) => ({ number, name: one.outputs.has(name) ? `${name}_input` : name }));
  if (inputs.length === 0) throw new Error('its outputs do not depend on its inputs');
  return { one, other, inputs };
}

function traceOfBatch({ makeInputs, weights, forward }: NetworkToTrace, batch: number): Trace {
  let trace: Trace | undefined;
  tf.tidy(() => {
    const inputs = makeInputs(batch);
    trace = traceOperations(inputs, weights, () => forward(inputs));
  });
  return trace!;
}

/**
 * Writes a network's operations into a graph, in order. Inputs have their own names in the graph, with `_input` behind that
 * of an output; those that nothing depends on are left out.
 *
 * @throws Error in a few words where an operation has no writer
 */
export function writeNetwork<Graph extends ConstantWriter>(
  { one, other, inputs }: TracedNetwork,
  graph: Graph,
  writers: Writers<Graph>,
): { inputs: TracedPort[]; outputs: WrittenOutput[] } {
  const sizes = one.values.map(({ shape }, i) => sizesOf(shape, other.values[i].shape));
  const names = new Map(inputs.map(({ number, name }) => [number, name]));
  const operandOf = (from: TracedOperand, too: TracedOperand): Operand => {
    if (!isConstant(from)) return { sizes: sizes[from.value], name: () => names.get(from.value)! };
    const both = [from.constant, (too as typeof from).constant] as const;
    const { dtype } = from.constant;
    const count = countOf(...both);
    if (count) return { sizes: [], name: () => graph.count(count, dtype) };
    const range = rangeOf(...both);
    if (range) return { sizes: [range], name: () => graph.range(range, dtype) };
    const sized = sizedConstant(...both);
    return {
      sizes: sized.sizes,
      ...(sized.sizes.every(isNumber) && { constant: sized.constant }),
      name: () => graph.sized(sized),
    };
  };
  for (const [i, { kernel, operands, attributes, outputs }] of one.operations.entries()) {
    const twin = other.operations[i];
    const written = writeOperation(writers, kernel, {
      graph,
      operands: Object.fromEntries(
        Object.entries(operands).map(([name, from]) => [name, operandOf(from, twin.operands[name])]),
      ),
      ...{ attributes, otherAttributes: twin.attributes },
      outputs: outputs.map((number) => ({ sizes: sizes[number] })),
    });
    for (const [j, number] of outputs.entries()) names.set(number, written[j]);
  }
  return {
    inputs: inputs.map(({ number, name }) => {
      const { dtype } = one.values[number];
      return { name, sizes: sizes[number], dtype };
    }),
    outputs: [...one.outputs].map(([name, from]) => {
      const operand = operandOf(from, other.outputs.get(name)!);
      const { dtype } = isConstant(from) ? from.constant : one.values[from.value];
      return { name, from: operand.name(), sizes: operand.sizes, dtype };
    }),
  };
}

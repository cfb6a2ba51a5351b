/** A network as an ONNX graph. */
import * as tf from '@tensorflow/tfjs-core';
import {
  BATCHES,
  countOf,
  isConstant,
  rangeOf,
  requireSameOperations,
  type Size,
  sizedConstant,
  sizesOf,
} from './batch-sizes.js';
import { GraphWriter, ONNX_TYPES } from './graph-writer.js';
import { writeOperation } from './operations.js';
import type { Operand } from './ops/op.js';
import { type Trace, type TracedOperand, traceOperations } from './trace.js';
import type { WrittenModel, WrittenPort } from './write-model.js';

/** Version of the standard set of operations that graphs are written in. */
export const OPSET = 17;

/** A network to write. */
export interface NetworkToWrite {
  /** Makes the inputs of a batch, by name; the first size of each is the batch's. */
  makeInputs(batch: number): Record<string, tf.Tensor>;
  weights: ReadonlyMap<string, tf.Tensor>;
  /** Computes the outputs by name. */
  forward(inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor>;
}

/** The part of a file that a network decides. */
export type NetworkGraph = Pick<WrittenModel, 'opset' | 'nodes' | 'constants' | 'inputs' | 'outputs'>;

/** Name of a first size that grows with the batch. */
const growing = (size: Size): number | string =>
  typeof size === 'number' ? size : size.times === 1 ? 'batch' : `${size.times} batch`;

/**
 * The graph of a network for batches of any size. What depends on weights alone is computed: a fixed normalisation is
 * part of the convolution's filters. Inputs that nothing depends on are left out.
 *
 * @throws Error in a few words where an operation is not supported
 */
export function networkGraph(network: NetworkToWrite): NetworkGraph {
  const [one, other] = BATCHES.map((batch) => traceOfBatch(network, batch));
  requireSameOperations(one, other);
  const used = new Set(
    [...one.operations.flatMap(({ operands }) => Object.values(operands)), ...one.outputs.values()].flatMap(
      (from) => (isConstant(from) ? [] : [from.value]),
    ),
  );
  const inputs = [...one.inputs].filter(([, number]) => used.has(number));
  if (inputs.length === 0) throw new Error('its outputs do not depend on its inputs');
  const graph = new GraphWriter(inputs[0][0]);
  const sizes = one.values.map(({ shape }, i) => sizesOf(shape, other.values[i].shape));
  const names = new Map(inputs.map(([name, number]) => [number, name]));
  const operandOf = (from: TracedOperand, too: TracedOperand): Operand => {
    if (!isConstant(from)) return { sizes: sizes[from.value], name: () => names.get(from.value)! };
    const both = [from.constant, (too as typeof from).constant] as const;
    const { dtype } = from.constant;
    const count = countOf(...both);
    if (count) return { sizes: [], name: () => graph.count(count, dtype) };
    const range = rangeOf(...both);
    if (range) return { sizes: [range], name: () => graph.range(range, dtype) };
    const sized = sizedConstant(...both);
    const isFixed = sized.sizes.every((size) => typeof size === 'number');
    return {
      sizes: sized.sizes,
      ...(isFixed && { constant: sized.constant }),
      name: () => graph.sized(sized),
    };
  };
  for (const [i, operation] of one.operations.entries()) {
    const twin = other.operations[i];
    const operands = Object.fromEntries(
      Object.entries(operation.operands).map(([name, from]) => [name, operandOf(from, twin.operands[name])]),
    );
    const outputs = operation.outputs.map((number) => ({ sizes: sizes[number] }));
    const { kernel, attributes } = operation;
    const written = writeOperation(kernel, {
      ...{ graph, operands, attributes, outputs },
      otherAttributes: twin.attributes,
    });
    for (const [j, number] of operation.outputs.entries()) names.set(number, written[j]);
  }
  const port = (name: string, of: readonly Size[], dtype: string): WrittenPort => ({
    name,
    type: ONNX_TYPES[dtype],
    shape: of.map(growing),
  });
  const outputs = [...one.outputs].map(([name, from]) => {
    const operand = operandOf(from, other.outputs.get(name)!);
    graph.nodes.push({ op: 'Identity', inputs: [operand.name()], outputs: [name] });
    const { dtype } = isConstant(from) ? from.constant : one.values[from.value];
    return port(name, operand.sizes, dtype);
  });
  return {
    opset: OPSET,
    nodes: graph.nodes,
    constants: graph.constants,
    inputs: inputs.map(([name, number]) => port(name, sizes[number], one.values[number].dtype)),
    outputs,
  };
}

function traceOfBatch({ makeInputs, weights, forward }: NetworkToWrite, batch: number): Trace {
  let trace: Trace | undefined;
  tf.tidy(() => {
    const inputs = makeInputs(batch);
    trace = traceOperations(inputs, weights, () => forward(inputs));
  });
  return trace!;
}

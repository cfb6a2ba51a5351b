/** A network as an ONNX graph. */
import type { Size } from '../../traced/batch-sizes.js';
import { type TracedNetwork, type TracedPort, writeNetwork } from '../../traced/network.js';
import { GraphWriter, ONNX_TYPES } from './graph-writer.js';
import { writers } from './operations.js';
import type { WrittenModel, WrittenPort } from './write-model.js';

/** Version of the standard set of operations that graphs are written in. */
export const OPSET = 17;

/** The part of a file that a network decides. */
export type NetworkGraph = Pick<WrittenModel, 'opset' | 'nodes' | 'constants' | 'inputs' | 'outputs'>;

/** Name of a first size that grows with the batch. */
const growing = (size: Size): number | string =>
  typeof size === 'number' ? size : size.times === 1 ? 'batch' : `${size.times} batch`;

const portOf = ({ name, sizes, dtype }: TracedPort): WrittenPort => ({
  name,
  type: ONNX_TYPES[dtype],
  shape: sizes.map(growing),
});

/**
 * The graph of a network for batches of any size. What depends on weights alone is computed: a fixed normalisation is
 * part of the convolution's filters. Inputs that nothing depends on are left out.
 *
 * @throws Error in a few words where an operation is not supported
 */
export function networkGraph(network: TracedNetwork): NetworkGraph {
  const graph = new GraphWriter(network.inputs[0].name);
  const { inputs, outputs } = writeNetwork(network, graph, writers);
  for (const { name, from } of outputs) graph.nodes.push({ op: 'Identity', inputs: [from], outputs: [name] });
  const { nodes, constants } = graph;
  return { opset: OPSET, nodes, constants, inputs: inputs.map(portOf), outputs: outputs.map(portOf) };
}

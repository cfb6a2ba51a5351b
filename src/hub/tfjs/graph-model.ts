/** A network as a graph model of TensorFlow.js, which `tf.loadGraphModel` opens. */
import { isNumber, type Size } from '../traced/batch-sizes.js';
import { type TracedNetwork, type TracedPort, writeNetwork } from '../traced/network.js';
import type { Writers } from '../traced/operation.js';
import type { TracedConstant } from '../traced/trace.js';
import { GraphDefWriter, shapeOf, TF_TYPES } from './graph-def.js';
import { elementwiseWriters } from './ops/elementwise.js';
import { productWriters } from './ops/products.js';
import { reduceWriters } from './ops/reduce.js';
import { shapeWriters } from './ops/shape.js';
import { type NamedArray, shardsOf } from './shards.js';

/** Every operation that can be written. Adding one is a function and a line in its file's table. */
const writers: Writers<GraphDefWriter> = {
  ...elementwiseWriters,
  ...shapeWriters,
  ...reduceWriters,
  ...productWriters,
};

/** The oldest consumer of GraphDef that has these operations. */
const PRODUCER = 1882;

/** Name of the file that `tf.loadGraphModel` is given. */
const GRAPH_MODEL = 'model.json';

/** Sizes, with -1 for what grows with the batch. */
const openSizes = (sizes: readonly Size[]): number[] => sizes.map((size) => (isNumber(size) ? size : -1));

const signatureOf = (ports: readonly TracedPort[], output = 0): Record<string, object> =>
  Object.fromEntries(
    ports.map(({ name, sizes, dtype }) => [
      name,
      { name: `${name}:${output}`, dtype: TF_TYPES[dtype], tensorShape: shapeOf(openSizes(sizes)) },
    ]),
  );

/** A constant in the form in which weights are stored: truth values are bytes. */
const arrayOf = (name: string, { shape, dtype, values }: TracedConstant): NamedArray => ({
  ...{ name, shape, dtype: dtype as NamedArray['dtype'] },
  values: dtype === 'bool' ? Uint8Array.from(values) : dtype === 'int32' ? Int32Array.from(values) : values,
});

/**
 * The files of a network's graph model, for batches of any size.
 *
 * @param metadata - what `model.userDefinedMetadata` is there
 * @param version - of polytag
 * @throws Error in a few words where an operation is not supported
 */
export function graphModelFiles(
  network: TracedNetwork,
  metadata: object,
  version: string,
): Record<string, string | Uint8Array> {
  const graph = new GraphDefWriter(network.inputs[0].name);
  const { inputs, outputs } = writeNetwork(network, graph, writers);
  // Operations may come before what they take: TensorFlow.js orders them.
  for (const { name, sizes, dtype } of inputs) graph.placeholder(name, openSizes(sizes), dtype);
  for (const { name, from } of outputs) graph.node('Identity', [from], undefined, name);
  const { files, manifest } = shardsOf(
    [...graph.constants].map(([name, constant]) => arrayOf(name, constant)),
  );
  const model = {
    ...{ format: 'graph-model', generatedBy: `polytag ${version}`, convertedBy: null },
    signature: { inputs: signatureOf(inputs), outputs: signatureOf(outputs) },
    userDefinedMetadata: metadata,
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: PRODUCER } },
    weightsManifest: manifest,
  };
  return { ...files, [GRAPH_MODEL]: `${JSON.stringify(model)}\n` };
}

/** A stored model as an ONNX file, with what a program needs to compute its inputs and read its outputs. */
import { Failure, messageOf } from '../../../base/errors.js';
import { polytagVersion } from '../../../base/package.js';
import type { NetworkPredictor } from '../../../models/predictor.js';
import type { FrontEnd } from '../../front-end/index.js';
import { traceModel } from '../../traced/model.js';
import { type NetworkGraph, networkGraph } from './network.js';
import { type WrittenPort, writeOnnx } from './write-model.js';

/** Files of an export by name. */
export const ONNX_FILES = { graph: 'model.onnx', description: 'essentia.json' } as const;

/** What the outputs are for, in Essentia's words. */
const PURPOSES: Record<string, string> = { scores: 'predictions', embedding: 'embeddings' };

const describePort = ({ name, type, shape }: WrittenPort): object => ({ name, type, shape });

/**
 * The graph, and a description in the form of those beside Essentia's published models. The graph takes windows as the
 * model does, `[batch, …]`, or their samples where it has the front end, and gives `scores` and, where the model has one,
 * `embedding`.
 *
 * @param metadata - of the graph's file; what is no text is written as JSON
 * @throws Failure where an operation of the network is not supported
 */
export async function onnxFiles(
  predictor: NetworkPredictor,
  frontEnd: FrontEnd | null,
  metadata: Readonly<Record<string, unknown>>,
): Promise<Record<string, string | Uint8Array>> {
  const { name, labels, settings, description } = predictor;
  let graph: NetworkGraph;
  try {
    graph = networkGraph(traceModel(predictor, frontEnd));
  } catch (error) {
    throw new Failure(`The model ${name} cannot be written as ONNX: ${messageOf(error)}.`);
  }
  const version = await polytagVersion();
  const { task, trained_on, origin } = description;
  // The folder of the store is this machine's.
  const { store: _, ...own } = description.inputs;
  const sentence = `${name}: ${labels.length} labels (${task}), trained on ${trained_on.dataset}.`;
  const file = writeOnnx({
    ...graph,
    ...{ name, version, description: sentence },
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  });
  const described = {
    name,
    type: task,
    version: '1',
    description: sentence,
    framework: 'polytag',
    framework_version: version,
    model_types: ['onnx'],
    classes: labels,
    dataset: { name: trained_on.dataset },
    schema: {
      inputs: graph.inputs.map(describePort),
      outputs: graph.outputs.map((port) => ({
        ...describePort(port),
        output_purpose: PURPOSES[port.name],
      })),
    },
    citation: origin?.citation.join('\n') ?? '',
    inference: {
      ...{ sample_rate: settings.sampleRate, algorithm: 'polytag', settings },
      ...{ inputs: own, remainder: settings.remainder },
      ...(frontEnd && { samples: frontEnd.windows }),
    },
  };
  return { [ONNX_FILES.graph]: file, [ONNX_FILES.description]: `${JSON.stringify(described, null, 2)}\n` };
}

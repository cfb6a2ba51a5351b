/** Small graphs in the form of Essentia's: an extractor of embeddings with its own labels, and classifiers of these. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomGenerator } from '../../../src/base/random.js';
import { type WrittenPort, type WrittenTensor, writeOnnx } from '../../../src/hub/onnx/write/write-model.js';

export const EMBEDDING = 8;
export const GENRES = ['rock', 'jazz', 'folk', 'techno'];

/** A matrix of small numbers. */
export function matrix(
  name: string,
  rows: number,
  columns: number,
): WrittenTensor & { values: Float32Array } {
  const random = randomGenerator(1, name);
  const values = Float32Array.from({ length: rows * columns }, () => random.uniform() - 0.5);
  return { name, type: 'float', shape: [rows, columns], values };
}

export const WEIGHTS = {
  embed: matrix('embed', 96, EMBEDDING),
  score: matrix('score', EMBEDDING, GENRES.length),
};

const port = (name: string, shape: readonly (number | string)[]): WrittenPort => ({
  name,
  type: 'float',
  shape,
});

const META = { name: 'test', description: 'A test.', version: '0', opset: 17, metadata: {} };

/** How an extractor takes its windows and gives its scores. */
export interface ExtractorForm {
  batch?: number;
  /** Whether bands come before time, after a dimension of one. */
  isTurned?: boolean;
  activation?: 'Sigmoid' | 'Identity' | 'Einsum';
  /** Whether the logits are an output too, before the scores. */
  withLogits?: boolean;
  /** Of a window. */
  frames?: number;
  bands?: number;
}

/** Mean over time, a product and ReLU: the embedding; another product: the scores. */
export function extractorGraph({
  batch,
  isTurned = false,
  activation = 'Sigmoid',
  withLogits = false,
  frames = 128,
  bands = 96,
}: ExtractorForm = {}): Uint8Array {
  const first = batch ?? 'batch';
  return writeOnnx({
    ...META,
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['melspectrogram'],
        outputs: ['mean'],
        attributes: { axes: isTurned ? [1, 3] : [1], keepdims: 0 },
      },
      { op: 'MatMul', inputs: ['mean', 'embed'], outputs: ['sums'] },
      { op: 'Relu', inputs: ['sums'], outputs: ['embeddings'] },
      { op: 'MatMul', inputs: ['embeddings', 'score'], outputs: ['logits'] },
      { op: activation, inputs: ['logits'], outputs: ['activations'] },
    ],
    constants: [bands === 96 ? WEIGHTS.embed : matrix('embed', bands, EMBEDDING), WEIGHTS.score],
    inputs: [port('melspectrogram', isTurned ? [first, 1, bands, frames] : [first, frames, bands])],
    outputs: [
      ...(withLogits ? [port('logits', [first, GENRES.length])] : []),
      port('activations', [first, GENRES.length]),
      port('embeddings', [first, EMBEDDING]),
    ],
  });
}

/** A classifier of two classes. */
export function headGraph(
  name: string,
  batch: number | string = 'batch',
  size = EMBEDDING,
  activation: 'Softmax' | 'Identity' = 'Softmax',
): Uint8Array {
  return writeOnnx({
    ...META,
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], outputs: ['logits'] },
      {
        op: activation,
        inputs: ['logits'],
        outputs: ['y'],
        ...(activation === 'Softmax' && { attributes: { axis: -1 } }),
      },
    ],
    constants: [{ ...matrix(name, size, 2), name: 'w' }],
    inputs: [port('x', [batch, size])],
    outputs: [port('y', [batch, 2])],
  });
}

/** The description of the extractor, whose names are those of TensorFlow's graph. */
export const EXTRACTOR_JSON = {
  name: 'Test Effnet',
  version: '1',
  description: 'Genres of a test.',
  classes: GENRES,
  dataset: { name: 'Discogs-Test' },
  citation: 'Nobody: nothing. 2026.',
  schema: {
    inputs: [{ name: 'serving_default_melspectrogram', type: 'float', shape: [64, 128, 96] }],
    outputs: [
      { name: 'PartitionedCall:0', shape: [64, 4], op: 'PartitionedCall', output_purpose: 'predictions' },
      { name: 'PartitionedCall:1', shape: [64, EMBEDDING], output_purpose: 'embeddings' },
    ],
  },
  inference: { sample_rate: 16_000, algorithm: 'TensorflowPredictEffnetDiscogs' },
};

/** The description of a classifier of the extractor's embeddings. */
export const headJson = (classes: string[]) => ({
  name: 'a head',
  classes,
  schema: {
    inputs: [{ name: 'model/Placeholder', shape: [EMBEDDING] }],
    outputs: [{ name: 'model/Softmax', shape: [2], op: 'Softmax', output_purpose: 'predictions' }],
  },
  inference: {
    sample_rate: 16_000,
    algorithm: 'TensorflowPredict2D',
    embedding_model: { algorithm: 'TensorflowPredictEffnetDiscogs', model_name: 'effnet-bs64-1' },
  },
});

/** Writes a graph with its description beside it. Returns the graph's path. */
export async function writeGraph(
  folder: string,
  name: string,
  graph: Uint8Array,
  json?: object,
): Promise<string> {
  const file = join(folder, `${name}.onnx`);
  await writeFile(file, graph);
  if (json) await writeFile(join(folder, `${name}.json`), JSON.stringify(json));
  return file;
}

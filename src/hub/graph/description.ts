/** The description of a model that is an ONNX graph: `model.json` beside `graph.onnx`. */
import { z } from 'zod';
import { requireForm } from '../../base/json.js';
import type { Tail } from '../../inputs/cutter.js';
import { type InputsConfig, inputsSchema } from '../../inputs/schema.js';
import { describedOutputs, type ModelOrigin, requireFormat } from '../../models/description.js';

/** Changes when older files cannot be read any more. */
export const GRAPH_FORMAT = 'polytag-graph/1';

/** Names of the files of such a model. */
export const GRAPH_FILES = { graph: 'graph.onnx', description: 'model.json' } as const;

/** What is done to a graph's output to make scores of it. */
export const ACTIVATIONS = ['none', 'sigmoid', 'softmax'] as const;

/** Which values of a graph are what. */
export interface GraphPorts {
  input: string;
  /** Scores of the labels; null for a graph that gives embeddings only. */
  scores: string | null;
  activation: (typeof ACTIVATIONS)[number];
  embedding: string | null;
}

/** Everything about a graph model but its graph. */
export interface GraphDescription {
  format: typeof GRAPH_FORMAT;
  name: string;
  /** Of a regression the scores are numbers on a scale of their own, and the labels their names. */
  task: 'tagging' | 'classification' | 'regression';
  /** Empty for a graph that gives embeddings only. */
  labels: string[];
  thresholds: null;
  /** How the windows that it takes are computed; null for a head, which takes the embeddings of another model. */
  inputs: InputsConfig | null;
  /** Name of the model whose embeddings a head takes; null for a graph that takes recordings. */
  extractor: string | null;
  remainder: Tail;
  ports: GraphPorts;
  /** The data that it was trained on, as far as its authors say. */
  trained_on: { dataset: string; protocol: string; fingerprint: string; synthetic: null };
  origin: ModelOrigin;
}

const descriptionSchema = z.looseObject({
  ...describedOutputs,
  format: z.literal(GRAPH_FORMAT),
  task: z.enum(['tagging', 'classification', 'regression']),
  labels: z.array(z.string()),
  inputs: z.record(z.string(), z.unknown()).nullable(),
  extractor: z.string().nullable(),
  remainder: z.enum(['cover', 'drop']),
  ports: z.object({
    input: z.string(),
    scores: z.string().nullable(),
    activation: z.enum(ACTIVATIONS),
    embedding: z.string().nullable(),
  }),
  origin: z.looseObject({ source: z.string(), sha256: z.string() }),
});

/** Checks the description of a graph that was read from a file. Throws Error that names the format or the key. */
export function parseGraph(parsed: unknown): GraphDescription {
  requireFormat(parsed, GRAPH_FORMAT);
  const description = requireForm(parsed, descriptionSchema) as unknown as GraphDescription;
  const { inputs, extractor } = description;
  if ((inputs === null) === (extractor === null))
    throw new Error('it has neither inputs nor an extractor, or both');
  if (inputs !== null) requireForm({ inputs }, z.object({ inputs: inputsSchema() }));
  return description;
}

/** Whether `model.json` describes a graph. */
export const isGraphDescription = (parsed: unknown): boolean =>
  (parsed as { format?: unknown } | null)?.format === GRAPH_FORMAT;

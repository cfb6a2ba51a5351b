/** Which outputs of a graph are scores and embeddings, and the labels of the scores. */
import { basename } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { chooseLabels } from '../labels.js';
import type { OnnxGraph, OnnxPort } from '../onnx/read-model.js';
import type { GraphDescription, GraphPorts } from './description.js';
import type { GraphImportOptions } from './import-options.js';
import type { DescribedPort, ModelMetadata } from './metadata.js';

/** What the scores of a graph are, by the options or the description. */
export function taskOf(
  { activation, isRegression }: GraphImportOptions,
  metadata: ModelMetadata | null,
): GraphDescription['task'] {
  const { op = '' } = purposed(metadata, 'predictions') ?? {};
  if (isRegression ?? (/regress/i.test(metadata?.type ?? '') || /^linear$/i.test(op))) return 'regression';
  return activation === 'softmax' || op === 'Softmax' ? 'classification' : 'tagging';
}

/** The output that the description gives a purpose; of several, such as the embeddings of each layer, the last. */
const purposed = (metadata: ModelMetadata | null, purpose: string): DescribedPort | undefined =>
  metadata?.schema.outputs.findLast(({ output_purpose }) => output_purpose === purpose);

/** Names that scores have in published graphs, whose logits are outputs of the same size. */
const SCORES = /activation|sigmoid|softmax/i;

/** Labels and outputs, from the options, the description or the graph. Throws UsageError where they do not fit together. */
export async function labelsAndPorts(
  options: GraphImportOptions,
  metadata: ModelMetadata | null,
  graph: OnnxGraph,
): Promise<Pick<GraphDescription, 'labels' | 'ports'>> {
  const { outputs, inputs } = graph;
  const embedding =
    options.embedding === undefined
      ? (describedPort(outputs, metadata, 'embeddings') ?? embeddingByName(outputs))
      : namedOutput(outputs, options.embedding, '--embedding');
  const scores =
    options.output === undefined
      ? describedScores(options, metadata, outputs, embedding)
      : namedOutput(outputs, options.output, '--output');
  const ports: GraphPorts = {
    input: inputs[0].name,
    scores: scores?.name ?? null,
    activation: options.activation ?? 'none',
    embedding: embedding?.name ?? null,
  };
  if (scores === null) {
    if (options.labels !== undefined)
      throw new UsageError(
        `--labels: no output of ${basename(options.file)} has scores; name it with --output.`,
      );
    return { labels: [], ports };
  }
  return { labels: await labelsOf(options, metadata, scores), ports };
}

/** The scores by the description; null where it has no class and none is given, such as for a graph that compares tracks. */
function describedScores(
  { labels }: GraphImportOptions,
  metadata: ModelMetadata | null,
  outputs: readonly OnnxPort[],
  embedding: OnnxPort | null,
): OnnxPort | null {
  if (labels === undefined && metadata?.classes?.length === 0) return null;
  return describedPort(outputs, metadata, 'predictions') ?? otherThan(outputs, embedding, metadata);
}

/** The output that the description names for a purpose: by its name, else by its size, else by its place. */
function describedPort(
  outputs: readonly OnnxPort[],
  metadata: ModelMetadata | null,
  purpose: string,
): OnnxPort | null {
  const wanted = purposed(metadata, purpose);
  if (!wanted) return null;
  const named = outputs.find(({ name }) => name === wanted.name);
  if (named) return named;
  const size = wanted.shape?.at(-1);
  const sized = outputs.filter(({ shape }) => typeof size === 'number' && shape.at(-1) === size);
  if (sized.length === 1) return sized[0];
  const told = purpose === 'predictions' ? sized.find(({ name }) => SCORES.test(name)) : undefined;
  if (told) return told;
  const described = metadata!.schema.outputs;
  return described.length === outputs.length ? outputs[described.indexOf(wanted)] : null;
}

const embeddingByName = (outputs: readonly OnnxPort[]): OnnxPort | null =>
  outputs.find(({ name }) => /embedding/i.test(name)) ?? null;

/** The scores where nothing names them: the first output that is not the embedding; none where the embedding alone was described. */
function otherThan(
  outputs: readonly OnnxPort[],
  embedding: OnnxPort | null,
  metadata: ModelMetadata | null,
): OnnxPort | null {
  if (metadata && !metadata.classes) return null;
  return outputs.find((output) => output !== embedding) ?? null;
}

function namedOutput(outputs: readonly OnnxPort[], name: string, option: string): OnnxPort {
  const found = outputs.find((output) => output.name === name);
  if (found) return found;
  throw new UsageError(
    `${option}: the graph has no output "${name}"; it has ${outputs.map((output) => output.name).join(', ')}.`,
  );
}

async function labelsOf(
  { file, labels, log }: GraphImportOptions,
  metadata: ModelMetadata | null,
  scores: OnnxPort,
): Promise<string[]> {
  const size = scores.shape.at(-1);
  const classes = metadata?.classes;
  if (labels === undefined && classes) {
    if (typeof size === 'number' && size !== classes.length)
      throw new UsageError(
        `The description has ${classes.length} classes, and the output ${scores.name} ${size} numbers; name another with --output.`,
      );
    const double = classes.find((label, i) => classes.indexOf(label) !== i);
    if (double !== undefined)
      throw new UsageError(
        `The description has the class "${double}" twice; give --labels FILE, one a line.`,
      );
    return classes;
  }
  if (typeof size !== 'number')
    throw new UsageError(
      `How many scores ${scores.name} of ${basename(file)} has is open; give --labels FILE, one a line.`,
    );
  const chosen = await chooseLabels(labels, { file, count: size, options: {} });
  if (chosen.note !== null) log(chosen.note);
  return chosen.labels;
}

/** Opens stored graphs: one of recordings, a classifier with the model whose embeddings it takes, or several at once. */
import { dirname, join } from 'node:path';
import { checkedBytes } from '../../base/checksums.js';
import { Failure, lineOf, UsageError } from '../../base/errors.js';
import { exists } from '../../base/files.js';
import type { Predictor } from '../../models/predictor.js';
import { findModel } from '../store.js';
import { GRAPH_FILES, type GraphDescription, isGraphDescription, parseGraph } from './description.js';
import { GraphHead, HeadsPredictor } from './heads.js';
import { GraphPredictor } from './predictor.js';
import { type GraphRunner, openGraph } from './runner.js';

/** A stored graph's description. Throws Failure when it is damaged. */
export function graphDescription(folder: string, parsed: unknown): GraphDescription {
  try {
    return parseGraph(parsed);
  } catch (error) {
    throw new Failure(
      `The model in ${folder} cannot be read (${GRAPH_FILES.description}: ${lineOf(error)}); import it again.`,
    );
  }
}

/** A stored graph that is described. */
interface StoredGraph {
  folder: string;
  description: GraphDescription;
}

async function runnerOf({ folder }: StoredGraph): Promise<GraphRunner> {
  const path = join(folder, GRAPH_FILES.graph);
  return openGraph(await checkedBytes(path), path);
}

/** Opens the model whose embeddings a classifier takes. */
export type OpenExtractor = (folder: string) => Promise<Predictor>;

/**
 * Opens a graph of recordings, or a classifier together with its extractor. An engine must be running. Throws a UsageError
 * when a classifier's extractor is not installed; a Failure for damaged files.
 */
export async function openGraphModel(
  folder: string,
  parsed: unknown,
  openExtractor: OpenExtractor,
): Promise<Predictor> {
  const graph = { folder, description: graphDescription(folder, parsed) };
  if (graph.description.extractor === null)
    return new GraphPredictor(graph.description, await runnerOf(graph));
  return withHeads([graph], null, openExtractor);
}

/**
 * Opens several models as one: classifiers of the same embeddings, and their extractor, whose own labels come first where
 * it is named.
 *
 * @param folders - of the models, in the order of their labels
 * @throws UsageError where one of them is not a graph, or they take the embeddings of different models
 */
export async function openGraphModels(
  folders: readonly string[],
  openExtractor: OpenExtractor,
): Promise<Predictor> {
  const graphs = await Promise.all(
    folders.map(async (folder): Promise<StoredGraph> => {
      const bytes = await checkedBytes(join(folder, GRAPH_FILES.description));
      const parsed: unknown = JSON.parse(bytes.toString('utf8'));
      if (!isGraphDescription(parsed))
        throw new UsageError(
          `${folder} is not an imported ONNX graph, and only these are run together; give one model.`,
        );
      return { folder, description: graphDescription(folder, parsed) };
    }),
  );
  const [own = null, ...more] = graphs.filter(({ description }) => description.extractor === null);
  if (own !== null && more.length > 0)
    throw new UsageError(
      `${own.description.name} and ${more[0].description.name} both take recordings; give one of them, with classifiers of its embeddings.`,
    );
  return withHeads(
    graphs.filter((graph) => graph !== own),
    own,
    openExtractor,
  );
}

/** Folder of the model of a name, which lies beside the classifier's; else where models are found. */
async function extractorFolder(folder: string, name: string): Promise<string> {
  const beside = join(dirname(folder), name);
  return (await exists(join(beside, GRAPH_FILES.description))) ? beside : findModel(name);
}

/** @param own - the extractor where it was named: its labels are wanted too */
async function withHeads(
  graphs: readonly StoredGraph[],
  own: StoredGraph | null,
  openExtractor: OpenExtractor,
): Promise<Predictor> {
  const [first, ...others] = graphs.map(({ description }) => description);
  const other = others.find(({ extractor }) => extractor !== first.extractor);
  if (other)
    throw new UsageError(
      `${first.name} takes the embeddings of ${first.extractor}, and ${other.name} those of ${other.extractor}; give them one by one.`,
    );
  const shown = [
    ...(own !== null && own.description.labels.length > 0 ? [own.description] : []),
    ...graphs.map(({ description }) => description),
  ];
  const [numbers, scores] = [true, false].map((are) =>
    shown.find(({ task }) => (task === 'regression') === are),
  );
  if (numbers && scores)
    throw new UsageError(
      `${numbers.name} gives numbers on a scale of their own, and ${scores.name} scores of labels; give them one by one.`,
    );
  const place = own?.folder ?? (await extractorFolder(graphs[0].folder, first.extractor!));
  const extractor = await openExtractor(place);
  const heads: GraphHead[] = [];
  try {
    if (extractor.name !== first.extractor)
      throw new UsageError(
        `${first.name} takes the embeddings of ${first.extractor}, not of ${extractor.name}.`,
      );
    if (extractor.embedding === null)
      throw new UsageError(
        `The model ${extractor.name} gives no embeddings, which ${first.name} takes; import it again with --embedding.`,
      );
    for (const graph of graphs)
      heads.push(new GraphHead(graph.description, await runnerOf(graph), extractor.embedding));
    return new HeadsPredictor(extractor, heads, own !== null && extractor.labels.length > 0);
  } catch (error) {
    for (const head of heads) head.dispose();
    extractor.dispose();
    throw error;
  }
}

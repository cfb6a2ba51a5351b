/** Opens stored graphs: one of recordings, a classifier with the model whose embeddings it takes, or several at once. */
import { readFile } from 'node:fs/promises';
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

async function runnerOf(folder: string): Promise<GraphRunner> {
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
  const description = graphDescription(folder, parsed);
  if (description.extractor === null) return new GraphPredictor(description, await runnerOf(folder));
  return withHeads([folder], null, openExtractor);
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
  const described = await Promise.all(
    folders.map(async (folder) => {
      const parsed = JSON.parse(await readFile(join(folder, GRAPH_FILES.description), 'utf8')) as unknown;
      if (!isGraphDescription(parsed))
        throw new UsageError(
          `${folder} is not an imported ONNX graph, and only these are run together; give one model.`,
        );
      return { folder, ...graphDescription(folder, parsed) };
    }),
  );
  const [extractor, ...more] = described.filter((one) => one.extractor === null);
  const heads = described.filter((one) => one.extractor !== null);
  if (more.length > 0)
    throw new UsageError(
      `${extractor.name} and ${more[0].name} both take recordings; give one of them, with classifiers of its embeddings.`,
    );
  return withHeads(
    heads.map(({ folder }) => folder),
    extractor?.folder ?? null,
    openExtractor,
  );
}

/** Folder of the model of a name, which lies beside the classifier's; else where models are found. */
async function extractorFolder(folder: string, name: string): Promise<string> {
  const beside = join(dirname(folder), name);
  return (await exists(join(beside, GRAPH_FILES.description))) ? beside : findModel(name);
}

/** @param own - folder of the extractor where it was named: its labels are wanted too */
async function withHeads(
  folders: readonly string[],
  own: string | null,
  openExtractor: OpenExtractor,
): Promise<Predictor> {
  const read = async (folder: string): Promise<unknown> =>
    JSON.parse((await checkedBytes(join(folder, GRAPH_FILES.description))).toString('utf8'));
  const described = await Promise.all(
    folders.map(async (folder) => ({ folder, description: graphDescription(folder, await read(folder)) })),
  );
  const [first, ...others] = described.map(({ description }) => description);
  const other = others.find(({ extractor }) => extractor !== first.extractor);
  if (other)
    throw new UsageError(
      `${first.name} takes the embeddings of ${first.extractor}, and ${other.name} those of ${other.extractor}; give them one by one.`,
    );
  const place = own ?? (await extractorFolder(folders[0], first.extractor!));
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
    for (const { folder, description } of described)
      heads.push(new GraphHead(description, await runnerOf(folder), extractor.embedding));
    return new HeadsPredictor(extractor, heads, own !== null && extractor.labels.length > 0);
  } catch (error) {
    for (const head of heads) head.dispose();
    extractor.dispose();
    throw error;
  }
}

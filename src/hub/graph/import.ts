/** Imports ONNX graphs as models: of recordings, of embeddings, or both. */
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { exists, fileSha256 } from '../../base/files.js';
import { modelsFolder } from '../../base/package.js';
import { randomGenerator } from '../../base/random.js';
import { loadEngine } from '../../engine/engine.js';
import { windowSize } from '../../inputs/window.js';
import { openPredictor } from '../model-folder.js';
import { type OnnxGraph, readOnnx } from '../onnx/read-model.js';
import { cachedModels, findModel, importName, placeImport } from '../store.js';
import { graphCard } from './card.js';
import {
  GRAPH_FILES,
  GRAPH_FORMAT,
  type GraphDescription,
  isGraphDescription,
  parseGraph,
} from './description.js';
import { inputsOf } from './front-end-inputs.js';
import { GraphHead } from './heads.js';
import type { GraphImportOptions } from './import-options.js';
import { type ModelMetadata, readMetadata } from './metadata.js';
import { labelsAndPorts, taskOf } from './outputs.js';
import { GraphPredictor } from './predictor.js';
import { openGraph } from './runner.js';

/**
 * Imports a graph as a model and returns its folder; the model is opened and runs once before it is stored.
 *
 * @throws UsageError when an option is wrong or missing; Failure when a file is damaged or the graph cannot be run
 */
export async function importGraph(options: GraphImportOptions): Promise<string> {
  const { file, force = false, folder = modelsFolder(), log } = options;
  const name = importName(options.name, file);
  const { bytes, graph } = await readGraph(file);
  const metadata = await metadataOf(options);
  const extractor = await extractorOf(options, metadata, folder);
  const inputs = extractor === null ? await inputsOf(options, metadata, graph.inputs[0]) : null;
  const description: GraphDescription = {
    ...{ format: GRAPH_FORMAT, name },
    task: taskOf(options, metadata),
    ...(await labelsAndPorts(options, metadata, graph)),
    ...{ thresholds: null, inputs },
    extractor,
    remainder: metadata?.inference.remainder ?? 'drop',
    trained_on: {
      dataset: metadata?.dataset?.name ?? 'unknown',
      protocol: metadata?.description ?? 'not stated',
      fingerprint: 'unknown',
      synthetic: null,
    },
    origin: {
      source: basename(file),
      licence: metadata?.licence ?? metadata?.license ?? null,
      ...options.origin,
      sha256: await fileSha256(file),
      citation: metadata?.citation ? [metadata.citation] : [],
      reported: null,
    },
  };
  await loadEngine();
  const engine = await checkGraph(description, bytes, file, folder);
  log(`It runs on ${engine}.`);
  const files = {
    [GRAPH_FILES.graph]: bytes,
    [GRAPH_FILES.description]: `${JSON.stringify(description, null, 2)}\n`,
    'README.md': graphCard(description),
  };
  return placeImport(name, files, { force, folder, log });
}

async function readGraph(file: string): Promise<{ bytes: Uint8Array; graph: OnnxGraph }> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UsageError(`There is no file ${file}.`);
    throw error;
  });
  try {
    const graph = readOnnx(bytes);
    if (graph.inputs.length !== 1)
      throw new Error(
        `it takes ${graph.inputs.length} inputs (${graph.inputs.map((port) => port.name).join(', ')}), and only graphs of one are run`,
      );
    return { bytes, graph };
  } catch (error) {
    throw new Failure(`${file} cannot be imported: ${messageOf(error)}.`);
  }
}

async function metadataOf({ file, metadata, log }: GraphImportOptions): Promise<ModelMetadata | null> {
  if (metadata !== undefined) return readMetadata(metadata);
  const beside = `${file.slice(0, -extname(file).length)}.json`;
  if (!(await exists(beside))) return null;
  log(`Its description is ${beside}.`);
  return readMetadata(beside);
}

/** Name of the model whose embeddings a graph takes; null for a graph of recordings. */
async function extractorOf(
  { extractor, frontend }: GraphImportOptions,
  metadata: ModelMetadata | null,
  folder: string,
): Promise<string | null> {
  if (extractor !== undefined) {
    // A classifier names it from then on, so it must stay where it is found by name.
    if (!(await cachedModels(folder)).includes(extractor))
      throw new UsageError(
        `--extractor: there is no installed model "${extractor}"; give a name of "polytag models list", not a folder.`,
      );
    return extractor;
  }
  const wanted = metadata?.inference.embedding_model;
  if (!wanted || frontend !== undefined) return null;
  const { model_name: model = '', algorithm = '' } = wanted;
  const isWanted = ({ name, origin }: GraphDescription): boolean =>
    name === model || withoutBatch(basename(origin.source, extname(origin.source))) === withoutBatch(model);
  const found = (await storedExtractors(folder)).find(isWanted);
  if (found) return found.name;
  throw new UsageError(
    `It takes the embeddings of ${model || 'a model that its description does not name'}${algorithm === '' ? '' : ` (${algorithm})`}, which is not installed; import that first, or name the installed model with --extractor.`,
  );
}

/**
 * A published file's name without its batch size: classifiers name `discogs-effnet-bs64-1`, which in ONNX is
 * `discogs-effnet-bsdynamic-1`.
 */
const withoutBatch = (name: string): string => name.replace(/-bs(?:\d+|dynamic)(?=-|$)/, '');

/** Descriptions of the installed graphs that take recordings and give embeddings. */
async function storedExtractors(folder: string): Promise<GraphDescription[]> {
  const names = await cachedModels(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const parsed: unknown = JSON.parse(
          await readFile(join(folder, name, GRAPH_FILES.description), 'utf8'),
        );
        return isGraphDescription(parsed) ? [parseGraph(parsed)] : [];
      } catch {
        // A damaged model is no extractor; commands that name it say what is wrong with it.
        return [];
      }
    }),
  );
  return found.flat().filter(({ ports }) => ports.embedding !== null);
}

/**
 * Runs a graph once, on random numbers or on embeddings of zeros. Returns what ran it. Throws as `openGraph`, and a UsageError
 * where the graph does not take what it is described to take.
 */
async function checkGraph(
  description: GraphDescription,
  bytes: Uint8Array,
  file: string,
  folder: string,
): Promise<string> {
  const runner = openGraph(bytes, file);
  const { name } = runner;
  try {
    if (description.extractor === null) {
      const predictor = new GraphPredictor(description, runner);
      const [input] = predictor.inputs.list;
      // Of silence, logits may look like scores.
      const random = randomGenerator(0, 'trial window');
      const window = Float32Array.from({ length: windowSize(input) }, () => 2 * random.uniform());
      predictor.predict({ count: 1, values: { [input.name]: window } });
      return name;
    }
    const extractor = await openPredictor(await findModel(description.extractor, folder));
    try {
      if (extractor.embedding === null)
        throw new UsageError(
          `--extractor: the model ${extractor.name} gives no embeddings; name one that does.`,
        );
      const width = extractor.embedding;
      new GraphHead(description, runner, width).scores({ values: new Float32Array(width), width });
      return name;
    } finally {
      extractor.dispose();
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${file} cannot be run: ${messageOf(error)}.`);
  } finally {
    runner.dispose();
  }
}

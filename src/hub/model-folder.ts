/** A model on disk: `model.json` and `weights.safetensors`. The same files serve a browser. */
import { join } from 'node:path';
import { addChecksums, checkedBytes } from '../base/checksums.js';
import { Failure, lineOf, readerError, UsageError } from '../base/errors.js';
import { exists, writeWhole } from '../base/files.js';
import { loadEngine } from '../engine/engine.js';
import { OWN_LAYER } from '../inputs/embedding.js';
import { frozenInputs } from '../inputs/window.js';
import { BASELINE_FORMAT, BaselinePredictor, parseBaseline } from '../models/baselines/predictor.js';
import { describeBaseline } from '../models/baselines/spec.js';
import {
  extensionsIn,
  MODEL_FILES,
  MODEL_FORMAT,
  type ModelDescription,
  parseDescription,
  settingsOf,
} from '../models/description.js';
import type { Embedder } from '../models/embedder.js';
import { EmbeddingPredictor } from '../models/embedding-predictor.js';
import type { WeightValues } from '../models/parameters.js';
import { NetworkPredictor, type Predictor } from '../models/predictor.js';
import { decodeSafetensors, encodeSafetensors, requireFinite } from '../models/safetensors.js';
import { loadBaseline } from '../training/baseline/stored-baseline.js';
import { frozenModelFolder, openEmbedderOf } from './frozen-folder.js';
import { type GraphDescription, isGraphDescription } from './graph/description.js';
import { graphDescription, openGraphModel, openGraphModels } from './graph/open.js';
import { copyModel } from './model-files.js';
import { findModels } from './store.js';

/** A description whose format and settings follow from the rest. */
export type NewDescription = Omit<ModelDescription, 'format' | 'settings'>;

/** The files of a model, from its weights by name. */
export function modelFiles(
  weights: ReadonlyMap<string, WeightValues>,
  description: NewDescription,
): Record<string, string | Uint8Array> {
  const whole: ModelDescription = {
    format: MODEL_FORMAT,
    ...description,
    settings: settingsOf(description),
  };
  return {
    [MODEL_FILES.weights]: encodeSafetensors(weights, { format: MODEL_FORMAT }),
    [MODEL_FILES.description]: `${JSON.stringify(whole, null, 2)}\n`,
  };
}

/** Writes a model into a folder, `model/` of a run. */
export async function saveModel(
  folder: string,
  weights: ReadonlyMap<string, WeightValues>,
  description: NewDescription,
): Promise<void> {
  const files = modelFiles(weights, description);
  for (const [name, content] of Object.entries(files)) await writeWhole(join(folder, name), content);
  await addChecksums(folder, Object.keys(files));
}

/**
 * Reads a model's description without its weights. Throws a UsageError when there is no model; a Failure when it is
 * damaged or needs inputs that this version does not have.
 */
export async function readModelDescription(folder: string): Promise<ModelDescription> {
  return checkDescription(folder, await parseModelFile(folder));
}

/** The content of `model.json`, of a network or a baseline. */
async function parseModelFile(folder: string): Promise<unknown> {
  const path = join(folder, MODEL_FILES.description);
  if (!(await exists(path)))
    throw new UsageError(
      `${folder} holds no model (model.json is missing); give the model/ folder of a finished run.`,
    );
  return readable(folder, MODEL_FILES.description, async () =>
    JSON.parse((await checkedBytes(path)).toString('utf8')),
  );
}

async function checkDescription(folder: string, parsed: unknown): Promise<ModelDescription> {
  if (isBaseline(parsed)) {
    const { spec } = await readable(folder, MODEL_FILES.description, () => parseBaseline(parsed));
    throw new UsageError(
      `${folder} holds a baseline (${describeBaseline(spec)}), but a network is needed; name the run of one.`,
    );
  }
  if (isGraphDescription(parsed))
    throw new UsageError(
      `${folder} holds an ONNX graph, whose weights are frozen, but a network is needed; name one of the zoo, or the run of one.`,
    );
  await loadModelExtensions(folder, parsed);
  return readable(folder, MODEL_FILES.description, () => parseDescription(parsed));
}

function isBaseline(description: unknown): boolean {
  return (description as { format?: unknown } | null)?.format === BASELINE_FORMAT;
}

async function loadModelExtensions(folder: string, parsed: unknown): Promise<void> {
  const extensions = await readable(folder, MODEL_FILES.description, () => extensionsIn(parsed));
  if (extensions.length === 0) return;
  // Loaded when there are some: with them come all data sets and losses, which a model that predicts does not need.
  const { loadExtensions } = await import('../config/extensions.js');
  const found = await loadExtensions(extensions.map(({ file }) => file));
  const changed = extensions.find(({ sha256 }, i) => sha256 !== found[i].sha256);
  if (changed)
    throw new Failure(
      `The model in ${folder} was trained with another version of the extension ${changed.file}; put that version back, or train the model again.`,
    );
}

/** Reads a network; dispose of it at the end. An engine must be running. Throws as `readModelDescription`. */
export async function openModelFolder(folder: string): Promise<NetworkPredictor> {
  return openNetwork(folder, await readModelDescription(folder));
}

function openNetwork(folder: string, description: ModelDescription): Promise<NetworkPredictor> {
  return readable(folder, MODEL_FILES.weights, async () =>
    NetworkPredictor.fromWeights(description, await readModelWeights(folder)),
  );
}

/**
 * Reads a network or a baseline of labels or numbers. An engine must be running for a network. Throws as
 * `readModelDescription`; a UsageError for a network that finds pitch.
 */
export async function openPredictor(folder: string): Promise<Predictor> {
  const parsed = await parseModelFile(folder);
  if (isBaseline(parsed))
    return readable(
      folder,
      MODEL_FILES.description,
      async () => new BaselinePredictor(await loadBaseline(folder), await openEmbedder(folder, parsed)),
    );
  if (isGraphDescription(parsed)) return openGraphModel(folder, parsed, openPredictor);
  const description = await checkDescription(folder, parsed);
  if (description.task === 'pitch')
    throw new UsageError(
      `The model in ${folder} finds the pitch of a voice over time, and has no tags, classes or embeddings; use "polytag transcribe FILE --model ${folder}".`,
    );
  const network = await openNetwork(folder, description);
  return frozenInputs(network.inputs.list).length > 0 ? withFrozenModels(folder, network) : network;
}

/** A network that takes embeddings, with the frozen models that make them, which lie in its folder. */
async function withFrozenModels(folder: string, network: NetworkPredictor): Promise<Predictor> {
  const embedders = new Map<string, Embedder>();
  try {
    for (const { name } of frozenInputs(network.inputs.list)) {
      const place = await frozenModelFolder(network.description.inputs, name, folder);
      embedders.set(name, await openEmbedderOf(network.description.inputs, name, place, openFrozen));
    }
    return new EmbeddingPredictor(network, embedders);
  } catch (error) {
    for (const embedder of embedders.values()) embedder.dispose();
    network.dispose();
    throw error;
  }
}

/** Opens the models that a name stands for, one or several as one; see `findModels`. Throws as `openPredictor`. */
export const openPredictors = (folders: readonly string[]): Promise<Predictor> =>
  folders.length === 1 ? openPredictor(folders[0]) : openGraphModels(folders, openPredictor);

/** A stored graph's description; null for another model. Throws a UsageError when there is no model. */
export async function readGraphDescription(folder: string): Promise<GraphDescription | null> {
  const parsed = await parseModelFile(folder);
  return isGraphDescription(parsed) ? graphDescription(folder, parsed) : null;
}

/** Folder, in that of a baseline, of the network whose embeddings it was fitted to. */
const EMBEDDER = 'network';

/**
 * Reads a network or a graph of recordings, for its embeddings. An engine must be running. Throws as `openPredictor`; a
 * UsageError for other models.
 *
 * @param layer - the output of a graph that is its embedding. Default: that of its description
 */
export async function openFrozen(folder: string, layer: string = OWN_LAYER): Promise<Predictor> {
  const parsed = await parseModelFile(folder);
  if (!isGraphDescription(parsed)) {
    const network = await openModelFolder(folder);
    if (layer === OWN_LAYER) return network;
    network.dispose();
    throw new UsageError(
      `The model ${network.name} is a network, whose embedding is its layer "${OWN_LAYER}"; only an ONNX graph has outputs by name.`,
    );
  }
  const { name, extractor, ports } = graphDescription(folder, parsed);
  if (extractor !== null)
    throw new UsageError(
      `The model ${name} is a classifier of the embeddings of ${extractor}, and has none of its own; name ${extractor}.`,
    );
  const wanted =
    layer === OWN_LAYER ? parsed : { ...(parsed as object), ports: { ...ports, embedding: layer } };
  return openGraphModel(folder, wanted, openPredictor);
}

/** Reads the model whose embeddings a baseline was fitted to; null for other features. An engine must be running. */
export async function openEmbedder(folder: string, baseline: unknown): Promise<Predictor | null> {
  const { features } = parseBaseline(baseline).spec;
  return features.kind === 'embedding' ? openFrozen(join(folder, EMBEDDER)) : null;
}

/** Copies that model, of the folder `model`, into a baseline's folder. */
export const saveEmbedder = (folder: string, model: string): Promise<void> =>
  copyModel(model, join(folder, EMBEDDER));

/** Weights of a stored model by name. */
export async function readModelWeights(folder: string): Promise<Map<string, WeightValues>> {
  return readable(folder, MODEL_FILES.weights, async () => {
    const { weights } = decodeSafetensors(await checkedBytes(join(folder, MODEL_FILES.weights)));
    requireFinite(weights);
    return weights;
  });
}

/** Turns any error into a Failure about a damaged file. */
async function readable<T>(folder: string, file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // A part of the network that cannot be built from its options, as these are not what was written.
    const isDescription = error instanceof Failure && error.cause instanceof TypeError;
    if (isDescription) throw unreadable(folder, MODEL_FILES.description, lineOf(readerError(error.cause)));
    if (error instanceof Failure) throw error;
    throw unreadable(folder, file, lineOf(error));
  }
}

const unreadable = (folder: string, file: string, reason: string): Failure =>
  new Failure(
    `The model in ${folder} cannot be read (${file}: ${reason}); copy it again, or train it again.`,
  );

/**
 * Loads a model of labels or numbers, by name or folder, and the engine; dispose of it at the end. Throws a UsageError when
 * there is none, or it finds pitch; a Failure when its files are damaged.
 */
export async function loadPredictor(nameOrRun: string, folder?: string): Promise<Predictor> {
  const places = await findModels(nameOrRun, folder);
  await loadEngine();
  return openPredictors(places);
}

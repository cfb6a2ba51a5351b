/** Files of a model of a zoo network with imported weights. */
import { resolveConfig } from '../config/load.js';
import { loadEngine } from '../engine/engine.js';
import { bindInputs } from '../inputs/window.js';
import type { ModelDescription } from '../models/description.js';
import { buildModel, type ModelShape } from '../models/model.js';
import type { ModelSpec } from '../models/spec.js';
import { inputsOf } from '../models/spec-parts.js';
import type { ZooName } from '../models/zoo/index.js';
import { cardFiles } from './card.js';
import type { StoredWeights } from './formats/number-types.js';
import { modelFiles, type NewDescription } from './model-folder.js';
import { mapWeights, type WeightMap } from './weight-map.js';

/** Input of the published networks: 187 frames of 96 bands. */
const PUBLISHED_INPUTS = {
  sample_rate: 16_000,
  chunk_seconds: 3,
  mel: { n_fft: 512, hop_length: 256, bands: 96 },
};

export interface ZooModel {
  name: string;
  architecture: ZooName;
  /** Options of the network and its inputs where they are not the published ones. */
  options?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
  labels: string[];
  origin: NonNullable<ModelDescription['origin']>;
  trainedOn: { dataset: string; protocol: string };
}

/**
 * Fits weights into a network; the result is the model's files by name: description, weights, card.
 *
 * @param file - the file's name, for messages
 * @throws UsageError when the options do not fit; Failure that lists the weights that do not
 */
export async function zooModelFiles(
  model: ZooModel,
  stored: StoredWeights,
  map: WeightMap,
  file: string,
): Promise<Record<string, string | Uint8Array>> {
  const { name, architecture, options, labels, origin, trainedOn } = model;
  const config = resolveConfig({
    inputs: { ...PUBLISHED_INPUTS, ...model.inputs },
    model: { zoo: { kind: architecture, ...options } },
  });
  const spec: ModelSpec = config.model;
  const { list } = bindInputs(config.inputs, inputsOf(spec));
  const shape: ModelShape = {
    inputs: Object.fromEntries(list.map((input) => [input.name, input.size])),
    labels: labels.length,
    head: 'sigmoid',
  };
  await loadEngine();
  const network = buildModel(spec, shape, 0);
  try {
    const weights = mapWeights(network.parameters.read(), stored, map, file);
    const description: NewDescription = {
      name,
      task: 'tagging',
      labels,
      thresholds: null,
      spec,
      shape,
      inputs: config.inputs,
      vocabularies: {},
      trained_on: { ...trainedOn, fingerprint: 'unknown', synthetic: null },
      remainder: 'drop',
      origin,
    };
    return { ...modelFiles(weights, description), ...(await cardFiles(description)) };
  } finally {
    network.dispose();
  }
}

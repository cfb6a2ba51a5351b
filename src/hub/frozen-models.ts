/** The frozen models of a config's inputs: looked up before a run, and opened where something is to be computed by them. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import { loadEngine } from '../engine/engine.js';
import { EMBEDDING, type EmbeddingOptions, type FrozenModel } from '../inputs/embedding.js';
import { isSamples } from '../inputs/kind.js';
import { type InputsConfig, inputEntries } from '../inputs/schema.js';
import type { AudioInput } from '../inputs/window.js';
import { requireEmbedder } from '../models/embedder.js';
import type { Predictor } from '../models/predictor.js';
import type { FrozenModels } from '../training/features.js';
import { frozenModelFolder, openEmbedderOf } from './frozen-folder.js';
import { graphEngine } from './graph/runner.js';
import { weightsSha256 } from './model-files.js';
import { openFrozen, readGraphDescription } from './model-folder.js';
import { findModel } from './store.js';

/**
 * The config with what the frozen models of its inputs were found to be; one that says so already is checked when the model
 * is opened. Starts an engine where one is looked up.
 *
 * @throws UsageError where a model is not installed, has no embedding, or takes recordings at another rate
 */
export async function withFrozenModels<Given extends Pick<Config, 'inputs'>>(config: Given): Promise<Given> {
  const found: Record<string, unknown> = {};
  for (const { name, kindName, options } of inputEntries(config.inputs)) {
    if (kindName !== EMBEDDING) continue;
    const { frozen, ...own } = options as EmbeddingOptions;
    found[name] = {
      ...(name !== EMBEDDING && { kind: EMBEDDING }),
      ...own,
      frozen: frozen ?? (await lookUp(own, `inputs.${name}`, config.inputs.sample_rate)),
    };
  }
  return { ...config, inputs: { ...config.inputs, ...found } };
}

async function lookUp(
  { model, layer }: Pick<EmbeddingOptions, 'model' | 'layer'>,
  key: string,
  sampleRate: number,
): Promise<FrozenModel> {
  const folder = await findModel(model);
  await loadEngine();
  const predictor = await openFrozen(folder, layer);
  try {
    requireEmbedder(predictor, `${key}.model`);
    const { grid } = predictor.inputs;
    if (grid.sampleRate !== sampleRate)
      throw new UsageError(
        `${key}.model: ${model} takes recordings at ${grid.sampleRate} Hz, and inputs.sample_rate is ${sampleRate}; set inputs.sample_rate to ${grid.sampleRate}.`,
      );
    return { sha256: await weightsSha256([folder]), ...windowsOf(predictor) };
  } finally {
    predictor.dispose();
  }
}

/** How a model takes recordings, and what it makes of each window. */
function windowsOf({ inputs, embedding }: Predictor): Omit<FrozenModel, 'sha256'> {
  const { grid, list } = inputs;
  const { kindName, kind, stored, feature, rows } = list[0] as AudioInput;
  const step = grid.step ?? grid.frames;
  return {
    size: embedding!,
    sample_rate: grid.sampleRate,
    hop_length: step * grid.hopLength,
    source: kind.storedAs?.(stored) ?? { kind: kindName, settings: stored },
    step: isSamples(feature) ? step * grid.hopLength : step,
    span: rows,
  };
}

/**
 * Opens the frozen models of a config's inputs.
 *
 * @param folder - of the trained network that has them; null for installed models
 */
export function frozenModels(inputs: InputsConfig, folder: string | null): FrozenModels {
  const places = new Map<string, Promise<string>>();
  // Its weights are hashed, which takes a while for a large model.
  const placeOf = (input: string): Promise<string> => {
    const place = places.get(input) ?? frozenModelFolder(inputs, input, folder);
    places.set(input, place);
    return place;
  };
  return {
    async engineOf(input) {
      const { name, version } = await loadEngine();
      const engine = `${name} ${version}`;
      return (await readGraphDescription(await placeOf(input))) ? graphEngine(engine) : engine;
    },
    async open(input) {
      await loadEngine();
      return openEmbedderOf(inputs, input, await placeOf(input), openFrozen);
    },
  };
}

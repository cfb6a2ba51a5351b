/** What the network of a stored model, or of a config, is made of. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import { loadEngine } from '../engine/engine.js';
import { bindInputs, type ModelInputSet } from '../inputs/window.js';
import { inputsOfModel, type ModelDescription } from '../models/description.js';
import { buildModel, type ModelShape } from '../models/model.js';
import type { ModelSpec, NetworkSpec } from '../models/spec.js';
import { inputsOf } from '../models/spec-parts.js';
import { type NetworkSummary, summariseNetwork } from '../models/summary/summary.js';

async function summariseOf(
  spec: ModelSpec,
  shape: ModelShape,
  inputs: ModelInputSet,
): Promise<NetworkSummary> {
  await loadEngine();
  const model = buildModel(spec, shape, null);
  try {
    return summariseNetwork(model, spec as NetworkSpec, inputs);
  } finally {
    model.dispose();
  }
}

/** The network of a stored model, from its description alone. */
export const networkOfModel = (description: Omit<ModelDescription, 'format'>): Promise<NetworkSummary> =>
  summariseOf(description.spec, description.shape, inputsOfModel(description));

/** Sizes of a network that its data set decides. */
export type DataSizes = Pick<ModelShape, 'labels' | 'head'> & {
  /** Tokens of each text input, by name. */
  vocabularies: Readonly<Record<string, number>>;
};

/**
 * The network of a config.
 *
 * @throws UsageError for one without a network
 */
export async function networkOfConfig(
  { model, inputs: written }: Pick<Config, 'model' | 'inputs'>,
  { vocabularies, ...sizes }: DataSizes,
): Promise<NetworkSummary> {
  if (model.baseline || model.predictions)
    throw new UsageError(
      `This config has no network but model.${model.baseline ? 'baseline' : 'predictions'}; give one with model.branches or model.zoo.`,
    );
  const names = inputsOf(model);
  const words = Object.fromEntries(
    Object.entries(vocabularies).map(([name, size]) => [name, Array.from({ length: size }, String)]),
  );
  // What is learned of bands changes no size.
  const statistics = Object.fromEntries(
    bindInputs(written, names).list.map(({ name, size: { width } }) => [
      name,
      { means: new Array<number>(width).fill(0), deviations: new Array<number>(width).fill(1) },
    ]),
  );
  const inputs = bindInputs(written, names, { vocabularies: words, statistics });
  const shape: ModelShape = {
    ...sizes,
    inputs: Object.fromEntries(inputs.list.map(({ name, size }) => [name, size])),
  };
  return summariseOf(model, shape, inputs);
}

/** Little models with random weights of given inputs. */
import { resolveConfig } from '../../../src/config/load.js';
import { bindInputs } from '../../../src/inputs/window.js';
import { MODEL_FORMAT, type ModelDescription } from '../../../src/models/description.js';
import { buildModel } from '../../../src/models/model.js';
import { NetworkPredictor } from '../../../src/models/predictor.js';
import { inputsOf } from '../../../src/models/spec-parts.js';

/** Tokens of lyrics. */
const TOKENS = ['', '[unk]', '[start]', 'a', 'song'];

/** Branches of a mel spectrogram alone. */
export const MEL_MODEL = {
  branches: { mel: { channels: [3], features: 4 } },
  fusion: { kind: 'self-attention', heads: 2, features: 4, attention: 3, hidden: 6 },
};

/** A model of some inputs, as a config has both; an engine must be running. Dispose of it at the end. */
export function madePredictor(
  inputs: object,
  model: object = MEL_MODEL,
  more: Partial<ModelDescription> = {},
): NetworkPredictor {
  const config = resolveConfig({ inputs, model });
  const names = inputsOf(config.model);
  const vocabularies: Record<string, string[]> = names.includes('lyrics') ? { lyrics: TOKENS } : {};
  const { list } = bindInputs(config.inputs, names, { vocabularies, statistics: more.statistics });
  const shape = {
    inputs: Object.fromEntries(list.map(({ name, size }) => [name, size])),
    ...{ labels: 3, head: 'sigmoid' as const },
  };
  const description: ModelDescription = {
    ...{ format: MODEL_FORMAT, name: 'made', task: 'tagging', labels: ['loud', 'quiet', 'piano'] },
    ...{ thresholds: null, spec: config.model, shape, inputs: config.inputs, vocabularies },
    trained_on: { dataset: 'made', protocol: 'none', fingerprint: 'f', synthetic: null },
    ...more,
  };
  return new NetworkPredictor(buildModel(config.model, shape, 1), description);
}

/** A small model on disk: a mel branch and self-attention pooling, with random weights. */
import { resolveConfig } from '../../src/config/load.js';
import { saveModel } from '../../src/hub/model-folder.js';
import { buildModel } from '../../src/models/model.js';

const CONFIG = resolveConfig({
  inputs: { sample_rate: 8000, chunk_seconds: 1, mel: { n_fft: 256, hop_length: 256, bands: 16 } },
  model: {
    branches: { mel: { channels: [3], features: 4 } },
    fusion: { kind: 'self-attention', heads: 2, features: 4, attention: 3, hidden: 6 },
  },
});

/** Writes the folder of a model with random weights and windows of a second; an engine must be running. */
export async function writeLittleModel(
  folder: string,
  labels: string[],
  task: 'tagging' | 'classification',
): Promise<void> {
  const shape = {
    inputs: { mel: { length: 31, width: 16 } },
    labels: labels.length,
    head: task === 'tagging' ? ('sigmoid' as const) : ('softmax' as const),
  };
  const model = buildModel(CONFIG.model, shape, 1);
  await saveModel(folder, model.parameters.read(), {
    ...{ name: 'little', task, labels, thresholds: null, spec: CONFIG.model, shape, inputs: CONFIG.inputs },
    vocabularies: {},
    trained_on: { dataset: 'made', protocol: 'none', fingerprint: 'f', synthetic: 'All of it is made up.' },
  });
  model.dispose();
}

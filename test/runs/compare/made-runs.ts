/** Finished runs made for tests, as if they had been read from their folders. */
import { randomGenerator } from '../../../src/base/random.js';
import { resolveConfig } from '../../../src/config/load.js';
import { evaluatePredictions } from '../../../src/eval/evaluate.js';
import type { ExamplePredictions } from '../../../src/eval/predictions.js';
import { evaluateNumbers } from '../../../src/eval/regression/evaluate.js';
import type { StoredRun } from '../../../src/runs/read.js';
import { madeTagging } from '../../eval/made.js';

/** What a made run is like. */
export interface MadeRun {
  folder: string;
  seed?: number;
  /** Its share of noise: 0 is the made predictions themselves. */
  noise?: number;
  /** A setting that runs may differ in. */
  alpha?: number;
  protocol?: string;
  environment?: Record<string, unknown>;
  predictions?: ExamplePredictions;
}

/** Default: A run on 240 clips of 80 songs with 10 labels. */
export function madeRun(made: MadeRun): StoredRun {
  const { folder, seed = 1, noise = 0, alpha = 1, protocol = 'labelled', environment = {} } = made;
  const base = made.predictions ?? madeTagging(240, 10, 80);
  const random = randomGenerator(seed, 'made run', folder);
  const scores = base.scores.map((score) => (1 - noise) * score + noise * random.uniform());
  const predictions = { ...base, scores };
  const options = { protocol, split: 'test', seed, bootstrapSamples: 0 };
  const metrics =
    predictions.task === 'regression'
      ? evaluateNumbers(predictions, options)
      : evaluatePredictions(predictions, options);
  return {
    folder,
    config: resolveConfig({
      name: 'made',
      seed,
      loss: { alpha },
      model: { branches: { mel: {} }, fusion: { kind: 'concat' } },
    }),
    environment: {
      polytag: '0.1.0',
      git_revision: 'aaaa',
      engine: 'wasm',
      engine_version: '4.22.0',
      threads: 1,
      gpu: null,
      ...environment,
    },
    metrics: { ...metrics, training: { epochs: 12, seconds: 60, best_epoch: 8 } },
    predictions,
    history: Array.from({ length: 12 }, (_, i) => ({
      epoch: i + 1,
      train_loss: 0.2 + Math.exp(-i / 4 + noise),
      validation_loss: 0.3 + Math.exp(-i / 4 + noise) + 0.01 * Math.abs(i - 8),
      metric: 'roc_auc',
      validation_metric: i === 0 ? null : 0.9 - noise / 4 - 0.3 * Math.exp(-i / 4),
      learning_rate: 1e-3,
      seconds: 5,
    })),
    clips: predictions.ids.map((id) => ({ title: `Clip ${id}`, artist: 'Made up', audio: `${id}.mp3` })),
    dataset: { name: 'Made corpus', synthetic: 'Made up by a test.', fingerprint: 'f' },
  };
}

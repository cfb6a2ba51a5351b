/** Trains the tiny model of a workplace, and stops it where a test wants. */
import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { type Dataset, type Example, examplesOf } from '../../src/data/dataset.js';
import { buildModel } from '../../src/models/model.js';
import { toTensors } from '../../src/models/predictor.js';
import { encodeSafetensors } from '../../src/models/safetensors.js';
import type { NetworkSpec } from '../../src/models/spec.js';
import { Optimizer } from '../../src/training/optimizers.js';
import { lossContext, prepare } from '../../src/training/prepare.js';
import { type TrainingJob, type TrainingResult, train } from '../../src/training/trainer.js';

/** Steps per epoch: 40 training clips or more, in batches of eight. */
export const STEPS = 5;

export interface Trained extends TrainingResult {
  /** SHA-256 of the final weights and states. */
  weights: string;
  notes: string[];
}

/** What a training takes besides its config. */
export type TinyJob = Partial<TrainingJob> & {
  /** Ends it, as Ctrl-C does, during this step of the optimiser. */
  stopAfter?: number;
};

/** Trains the tiny model in a folder of checkpoints; gives its weights' digest. */
export async function trainTiny(
  { config: file, dataset, folder }: { config: string; dataset: Dataset; folder: string },
  overrides: string[] = [],
  job: TinyJob = {},
): Promise<Trained> {
  const config: Config = await loadConfig(file, [
    'training.epochs=3',
    'inputs.chunk_seconds=0.5',
    'training.checkpoint_steps=2',
    ...overrides,
  ]);
  const prepared = await prepare(config, dataset, { onNote: () => {} });
  const model = buildModel(config.model, prepared.shape, config.seed);
  const notes: string[] = [];
  const { stopAfter, ...rest } = job;
  const controller = new AbortController();
  if (stopAfter !== undefined) stopAtStep(stopAfter, controller);
  try {
    const result = await train({
      config,
      context: lossContext(prepared, config),
      labels: dataset.labels,
      model,
      tensors: toTensors(config.model as NetworkSpec, prepared.inputs),
      batches: prepared.batches,
      train: examplesOf(dataset, 'train').slice(0, 8 * STEPS),
      validation: examplesOf(dataset, 'validation'),
      checkpointFolder: folder,
      origin: { experiment: 'tiny' },
      resume: false,
      signal: controller.signal,
      onNote: (note) => notes.push(note),
      ...rest,
    });
    const bytes = encodeSafetensors(model.parameters.read());
    return { ...result, weights: createHash('sha256').update(bytes).digest('hex'), notes };
  } finally {
    vi.restoreAllMocks();
    model.dispose();
    prepared.store?.close();
  }
}

const makeStep = Optimizer.prototype.apply;

/** Sets the signal during the n-th training step, when the optimiser changes the weights. */
function stopAtStep(step: number, controller: AbortController): void {
  let steps = 0;
  vi.spyOn(Optimizer.prototype, 'apply').mockImplementation(function (this: Optimizer, ...given) {
    if (++steps === step) controller.abort();
    makeStep.apply(this, given);
  });
}

/** The epochs without the times that they took. */
export const epochsOf = ({ history }: TrainingResult): object[] =>
  history.map((epoch) => ({ ...epoch, seconds: 0 }));

/** Training examples with every label turned round: as a validation split, learning makes its loss worse. */
export const turnedRound = (dataset: Dataset): Example[] =>
  examplesOf(dataset, 'train')
    .slice(0, 12)
    .map((example): Example => ({ ...example, targets: example.targets.map((bit) => 1 - bit) }));

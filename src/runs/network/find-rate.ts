/** The learning-rate test of a config on its data set: nothing of a run is written. */

import { UsageError } from '../../base/errors.js';
import { examplesOf } from '../../data/dataset.js';
import { loadEngine } from '../../engine/engine.js';
import { keepingMemory } from '../../engine/kernels.js';
import { frozenModels, withFrozenModels } from '../../hub/frozen-models.js';
import { buildModel } from '../../models/model.js';
import { toTensors } from '../../models/predictor.js';
import type { NetworkSpec } from '../../models/spec.js';
import { lossContext, prepare } from '../../training/prepare.js';
import { findLearningRate, type RateRange, type RateSearch } from '../../training/rate-finder.js';
import { collectNotes, loadRunDataset, type RunOptions } from '../run.js';
import { beginNetwork, requireTrainable } from './begin.js';

export interface FoundRate extends RateSearch {
  name: string;
  /** Of the config. */
  learningRate: number;
  optimizer: string;
  batchSize: number;
  /** Name and protocol of the data set. */
  dataset: string;
  synthetic: string | null;
  notes: string[];
}

/**
 * Prepares what a run of the config would train, with its seed, and tests rates on it. `range`: default as of
 * `findLearningRate`.
 *
 * @throws UsageError for a config without a network, and as a run does; Interrupted when stopped
 */
export async function findRate({
  config,
  signal,
  log,
  range,
  ...limits
}: Pick<RunOptions, 'config' | 'signal' | 'log' | 'limit'> & { range?: RateRange }): Promise<FoundRate> {
  if (config.model.baseline || config.model.predictions)
    throw new UsageError(
      '--find-lr: only a network has a learning rate; give a config with model.branches or model.zoo.',
    );
  const { notes, onNote } = collectNotes(log);
  const { distillation, ...training } = config.training;
  if (distillation)
    onNote('The test learns from the labels alone, without the teacher of training.distillation.');
  const own = await withFrozenModels({ ...config, training });
  await loadEngine();
  const dataset = await loadRunDataset({ ...limits, log }, own, onNote);
  requireTrainable(own, dataset);
  const prepared = await prepare(own, dataset, {
    ...{ signal, onNote },
    frozen: frozenModels(own.inputs, null),
  });
  const model = buildModel(own.model, prepared.shape, own.seed);
  try {
    await beginNetwork(own, prepared, model, onNote);
    const search = await keepingMemory(() =>
      findLearningRate(
        {
          ...{ config: own, model, batches: prepared.batches, signal },
          tensors: toTensors(own.model as NetworkSpec, prepared.inputs),
          train: examplesOf(prepared.dataset, 'train'),
          context: lossContext(prepared, own),
        },
        range,
      ),
    );
    return {
      ...search,
      ...{ name: own.name, notes, synthetic: dataset.synthetic },
      learningRate: training.optimizer.learning_rate,
      optimizer: training.optimizer.kind,
      batchSize: training.batch_size,
      dataset: `${dataset.name}, ${dataset.protocol}`,
    };
  } finally {
    model.dispose();
    prepared.store?.close();
  }
}

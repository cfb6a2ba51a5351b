/** What a network begins with before it is trained: settings that fit, published weights, word vectors, and layers that stay as they are. */
import { UsageError } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import type { Dataset } from '../../data/dataset.js';
import {
  type BranchSource,
  initializeBranch,
  initializeNetwork,
  type NetworkSource,
} from '../../hub/transfer.js';
import { outputWeights, type TaggingModel } from '../../models/model.js';
import type { NetworkSpec } from '../../models/spec.js';
import { branchesOf } from '../../models/spec-parts.js';
import { requireHead } from '../../training/checks.js';
import { requireDistillable } from '../../training/distillation.js';
import { freezeLayers } from '../../training/layer-patterns.js';
import { requireCode } from '../../training/losses/code.js';
import { requireSmoothable, requireUsedPenalty } from '../../training/losses/index.js';
import type { Prepared } from '../../training/prepare.js';
import { initializeEmbeddings } from '../../training/pretrained-embeddings.js';
import type { Experiment } from '../../training/schema.js';

/** Where a network's first weights came from. */
interface Begun {
  sources: BranchSource[];
  /** Null where the config names no model for the whole. */
  network: NetworkSource | null;
}

/** Throws UsageError for settings of a network that the data set's task does not have, and for all folds in one run. */
export function requireTrainable(config: Experiment, { task, folds }: Dataset): void {
  if (folds)
    throw new UsageError(
      `data.split.fold: all folds in one run are for model.baseline; give one of 0 to ${folds.length - 1} per run.`,
    );
  requireHead(config, task);
  requireUsedPenalty(task, config.loss);
  requireSmoothable(task, config.loss);
  if (config.training.distillation) requireDistillable(task, config.training.distillation);
  requireCode(config.model, config.loss.code);
}

/**
 * Initializes a network with pretrained word vectors and with the models that its config names, and freezes what the config
 * freezes. Throws UsageError where a model does not fit, a pattern matches no layer, or nothing is left to train.
 */
export async function beginNetwork(
  config: Pick<Config, 'model' | 'seed'>,
  prepared: Prepared,
  model: TaggingModel,
  onNote: (note: string) => void,
): Promise<Begun> {
  const { texts, inputs, shape, dataset } = prepared;
  const { parameters } = model;
  const spec = config.model as NetworkSpec;
  const sources: BranchSource[] = [];
  for (const branch of spec.branches ? branchesOf(spec) : []) {
    const vectors = texts[branch.input]?.vectors;
    if (vectors && 'embedding' in branch.options) initializeEmbeddings(model, branch.name, vectors);
    const source = await initializeBranch(branch, inputs, model, onNote);
    if (source) sources.push(source);
  }
  const vocabularies = Object.fromEntries(
    Object.entries(texts).map(([name, { vocabulary }]) => [name, vocabulary]),
  );
  const network = await initializeNetwork(
    {
      ...{ spec, inputs, vocabularies, task: dataset.task, labels: dataset.labels },
      outputs: () => outputWeights(spec, shape),
    },
    parameters,
  );
  if (network)
    onNote(
      `model.init: the network starts with the weights of ${network.model}${network.fresh.length > 0 ? `, but for ${network.fresh.join(', ')}, which are new, because the labels are others` : ''}.`,
    );
  if (spec.freeze === true) {
    parameters.freeze(network!.taken);
    if (parameters.trainableVariables().length === 0)
      throw new UsageError(
        `model.freeze: the labels are those of ${spec.init}, so that every weight is taken from it and nothing is left to train; give patterns of the layers to freeze.`,
      );
  } else if (spec.freeze) freezeLayers(parameters, spec.freeze, 'model.freeze');
  return { sources, network };
}

/** A finished run, evaluated again: on another part, protocol or split, with the weights it ended with. */
import { join } from 'node:path';
import { WrongUse } from '../base/errors.js';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { type Dataset, examplesOf, type Split } from '../data/dataset.js';
import { loadDataset } from '../data/sets.js';
import { loadEngine } from '../engine/engine.js';
import { evaluatePredictions } from '../eval/evaluate.js';
import type { Metrics } from '../eval/metrics.js';
import type { Predictions } from '../eval/predictions.js';
import { writePredictions } from '../eval/predictions-file.js';
import type { BaselineSpec } from '../models/baselines/spec.js';
import { scoreStoredBaseline } from './baseline/evaluate-baseline.js';
import { predict } from './predict.js';
import { prepare } from './prepare.js';
import { writeJson } from './run-folder.js';
import { loadModel } from './stored-model.js';
import { lossOf } from './trainer.js';

/** What is evaluated, and how. */
export interface EvaluateOptions {
  /** Folder of a finished run. */
  run: string;
  /** Changes of the run's config, `data.protocol=all`; the model and its inputs stay as they are. */
  overrides: string[];
  split: Split;
  /** Folder for metrics.json and predictions.parquet; null to write nothing. */
  out: string | null;
  signal?: AbortSignal;
  log: (line: string) => void;
}

/**
 * Scores a part of a data set with a run's model. Labels must be the model's own, in their order; the thresholds are
 * those that the run chose.
 *
 * @param options - run, overrides, part
 * @returns the numbers
 * @throws WrongUse when the run has no model, or the data's labels are not the model's
 */
export async function evaluateRun(options: EvaluateOptions): Promise<Metrics> {
  const { run, overrides, split, out } = options;
  const fixed = overrides.find((override) => /^[~+]?(inputs|model)\b/.test(override));
  if (fixed)
    throw new WrongUse(
      `"${fixed}" would change the model, which is trained; only data, loss and evaluation can be overridden here.`,
    );
  const config = await loadConfig(join(run, 'config.yaml'), overrides);
  const scored = config.model.baseline
    ? await scoreBaselineRun(options, config, config.model.baseline)
    : await scoreNetwork(options, config);
  const metrics = evaluatePredictions(scored.predictions, {
    protocol: scored.protocol,
    split,
    seed: config.seed,
    thresholds: scored.thresholds ?? undefined,
    bootstrapSamples: config.evaluation.bootstrap_samples,
  });
  if (out !== null) {
    await writePredictions(join(out, 'predictions.parquet'), scored.predictions);
    await writeJson(out, 'metrics.json', metrics);
  }
  return metrics;
}

/** Scores of the part, and what they are evaluated with. */
interface Scored {
  predictions: Predictions;
  thresholds: number[] | null;
  protocol: string;
}

async function scoreBaselineRun(
  { run, split, signal, log }: EvaluateOptions,
  config: Config,
  spec: BaselineSpec,
): Promise<Scored> {
  const dataset = await loadDataset(config.data);
  const requireLabels = (labels: string[]): void => requireSameLabels(dataset, labels);
  const scored = await scoreStoredBaseline({ run, config, spec, dataset, split, requireLabels, signal, log });
  return { ...scored, protocol: dataset.protocol };
}

async function scoreNetwork({ run, split, signal, log }: EvaluateOptions, config: Config): Promise<Scored> {
  const engine = await loadEngine();
  if (engine.note) log(engine.note);
  const { model, description } = await loadModel(join(run, 'model'));
  try {
    const dataset = await loadDataset(config.data);
    requireSameLabels(dataset, description.labels);
    // Nothing is trained: what only augmentation needs is not computed.
    const training = { ...config.training, augment: undefined };
    const prepared = await prepare({ ...config, inputs: description.inputs, training }, dataset, {
      signal,
      onNote: log,
      vocabulary: description.vocabulary,
      dictionary: description.dictionary,
    });
    try {
      const { predictions } = await predict(model, prepared.batches, examplesOf(prepared.dataset, split), {
        signal,
        progressLabel: 'Evaluating',
        task: dataset.task,
        labels: dataset.labels,
        batchSize: config.evaluation.batch_size,
        loss: lossOf(dataset.task, config.loss.alpha),
      });
      return { predictions, thresholds: description.thresholds, protocol: dataset.protocol };
    } finally {
      prepared.store?.close();
    }
  } finally {
    model.dispose();
  }
}

function requireSameLabels({ labels, root }: Dataset, wanted: string[]): void {
  if (labels.join('\n') === wanted.join('\n')) return;
  const at = wanted.findIndex((label, i) => label !== labels[i]);
  const difference =
    at < 0 || at >= labels.length
      ? `there are ${labels.length}, the model has ${wanted.length}`
      : `number ${at + 1} is "${labels[at]}", the model's is "${wanted[at]}"`;
  throw new WrongUse(
    `The labels of ${root} are not those of the model: ${difference}; evaluate on the data set, data.target and data.top_tags that it was trained on.`,
  );
}

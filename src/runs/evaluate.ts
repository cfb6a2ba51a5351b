/** A finished run, evaluated again: on another part, protocol or split, with the weights it ended with. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import { type Dataset, examplesOf, type Split } from '../data/dataset.js';
import { loadDataset } from '../data/sets/index.js';
import { loadEngine } from '../engine/engine.js';
import type { ConditionResult } from '../eval/conditions/result.js';
import { evaluatePredictions } from '../eval/evaluate.js';
import type { Metrics } from '../eval/metrics.js';
import type { Predictions } from '../eval/predictions.js';
import { openModelFolder } from '../hub/model-folder.js';
import type { BaselineSpec } from '../models/baselines/spec.js';
import { requireNoConditions } from '../training/baseline/conditions.js';
import { lossOf } from '../training/loss.js';
import { predict } from '../training/predict.js';
import { prepare } from '../training/prepare.js';
import { scoreStoredBaseline } from './baseline/evaluate-baseline.js';
import { type Score, scoreConditions } from './conditions.js';
import { runPath } from './layout.js';
import { readConfig } from './read.js';
import { writePredictions, writeRecord } from './write.js';

/** What is evaluated, and how. */
export interface EvaluateOptions {
  /** Folder of a finished run. */
  run: string;
  /** Changes of the run's config, `data.protocol=all`; the model and its inputs stay as they are. */
  overrides: string[];
  split: Split;
  /** Folder for metrics, conditions and predictions; null to write nothing. */
  out: string | null;
  signal?: AbortSignal;
  log: (line: string) => void;
}

/**
 * Scores a part of a data set with a run's model. Labels must be the model's own, in their order; the thresholds are
 * those that the run chose.
 *
 * @param options - run, overrides, part
 * @returns the numbers, and those under each condition of `evaluation.conditions`
 * @throws UsageError when the run has no model, or the data's labels are not the model's
 */
export async function evaluateRun(
  options: EvaluateOptions,
): Promise<{ metrics: Metrics; conditions: ConditionResult[] }> {
  const { run, overrides, out } = options;
  const fixed = overrides.find((override) => /^[~+]?(inputs|model)\b/.test(override));
  if (fixed)
    throw new UsageError(
      `"${fixed}" would change the model, which is trained; only data, loss and evaluation can be overridden here.`,
    );
  const config = await readConfig(run, overrides);
  const { predictions, metrics, conditions } = config.model.baseline
    ? await evaluateBaseline(options, config, config.model.baseline)
    : await evaluateNetwork(options, config);
  if (out !== null) {
    await writePredictions(out, predictions);
    if (conditions.length > 0) await writeRecord(out, 'conditions', { conditions });
    await writeRecord(out, 'metrics', metrics);
  }
  return { metrics, conditions };
}

/** Scores of the part, and what follows from them. */
interface Evaluated {
  predictions: Predictions;
  metrics: Metrics;
  conditions: ConditionResult[];
}

/** What makes metrics of scores. */
function evaluator(
  { split }: EvaluateOptions,
  { seed, evaluation }: Config,
  { protocol }: Dataset,
  thresholds: number[] | null,
): (predictions: Predictions) => Metrics {
  return (predictions) =>
    evaluatePredictions(predictions, {
      protocol,
      split,
      seed,
      thresholds: thresholds ?? undefined,
      bootstrapSamples: evaluation.bootstrap_samples,
    });
}

async function evaluateBaseline(
  options: EvaluateOptions,
  config: Config,
  spec: BaselineSpec,
): Promise<Evaluated> {
  const { run, split, signal, log } = options;
  requireNoConditions(config);
  const dataset = await loadDataset(config.data);
  const requireLabels = (labels: string[]): void => requireSameLabels(dataset, labels);
  const { predictions, thresholds } = await scoreStoredBaseline({
    ...{ run, config, spec, dataset, split, requireLabels, signal, log },
  });
  return {
    predictions,
    metrics: evaluator(options, config, dataset, thresholds)(predictions),
    conditions: [],
  };
}

async function evaluateNetwork(options: EvaluateOptions, config: Config): Promise<Evaluated> {
  const { run, split, signal, log } = options;
  const engine = await loadEngine();
  if (engine.note) log(engine.note);
  const predictor = await openModelFolder(runPath(run, 'model'));
  const { description } = predictor;
  try {
    const dataset = await loadDataset(config.data);
    requireSameLabels(dataset, description.labels);
    // Nothing is trained: what only augmentation needs is not computed.
    const training = { ...config.training, augment: undefined };
    const prepared = await prepare({ ...config, inputs: description.inputs, training }, dataset, {
      signal,
      onNote: log,
      learned: description,
    });
    try {
      const { task, labels } = dataset;
      const { batch_size: batchSize, conditions } = config.evaluation;
      const loss = lossOf(task, config.loss);
      const score: Score = async (batches, part, progressLabel) =>
        (await predict(predictor, batches, part, { signal, progressLabel, task, labels, batchSize, loss }))
          .predictions;
      const examples = examplesOf(prepared.dataset, split);
      const evaluate = evaluator(options, config, dataset, description.thresholds);
      const predictions = await score(prepared.batches, examples, 'Evaluating');
      return {
        predictions,
        metrics: evaluate(predictions),
        conditions: await scoreConditions(conditions, prepared, examples, {
          seed: config.seed,
          score,
          evaluate,
        }),
      };
    } finally {
      prepared.store?.close();
    }
  } finally {
    predictor.dispose();
  }
}

function requireSameLabels({ labels, root }: Dataset, wanted: string[]): void {
  if (labels.join('\n') === wanted.join('\n')) return;
  const at = wanted.findIndex((label, i) => label !== labels[i]);
  const difference =
    at < 0 || at >= labels.length
      ? `there are ${labels.length}, the model has ${wanted.length}`
      : `number ${at + 1} is "${labels[at]}", the model's is "${wanted[at]}"`;
  throw new UsageError(
    `The labels of ${root} are not those of the model: ${difference}; evaluate on the data set, data.target and data.top_tags that it was trained on.`,
  );
}

/** What a run gives in the end: the model, its predictions, the metrics and the report. */
import type { ExtensionRecord } from '../config/extensions.js';
import type { Config } from '../config/schema.js';
import { examplesOf } from '../data/dataset.js';
import { evaluatePredictions } from '../eval/evaluate.js';
import { undefinedLabelsNote } from '../eval/format.js';
import type { Metrics } from '../eval/metrics.js';
import type { Predictions } from '../eval/predictions.js';
import type { ReportWriter } from '../eval/run-report.js';
import { bestThresholds } from '../eval/thresholds.js';
import { type NewDescription, saveModel } from '../hub/model-folder.js';
import type { TaggingModel } from '../models/model.js';
import { NetworkPredictor } from '../models/predictor.js';
import { lossOf } from '../training/loss.js';
import { predict } from '../training/predict.js';
import type { Prepared } from '../training/prepare.js';
import type { PreparedText } from '../training/texts.js';
import type { TrainingResult } from '../training/trainer.js';
import { type Score, scoreConditions } from './conditions.js';
import { exampleViews } from './example-views.js';
import { runPath } from './layout.js';
import { writePredictions, writeRecord } from './write.js';

/** What came of a run. */
export interface RunResult {
  out: string;
  metrics: Metrics;
  /** Paths of the report and its tables and figures. */
  files: string[];
  notes: string[];
}

/** What a trained run hands over to be evaluated and written. */
export interface TrainedRun {
  config: Config;
  configText: string;
  out: string;
  prepared: Prepared;
  model: TaggingModel;
  environment: Record<string, unknown>;
  extensions: ExtensionRecord[];
  result: TrainingResult;
  notes: string[];
  log: (line: string) => void;
  signal?: AbortSignal;
  writeReport: ReportWriter;
}

/**
 * Evaluates the trained model on the test part and writes model, predictions, report and metrics into the run's
 * folder.
 *
 * @param run - the trained run
 * @returns metrics and files
 * @throws Failure when the disk is full, Interrupted when stopped; what training computed is kept
 */
export async function writeResults(run: TrainedRun): Promise<RunResult> {
  const { config, out, prepared, model, result, notes, log, signal } = run;
  const { dataset, batches } = prepared;
  const { task, labels } = dataset;
  const description = describeModel(run);
  const predictor = new NetworkPredictor(model, description);
  const score: Score = async (batches, examples, progressLabel) => {
    const { batch_size: batchSize } = config.evaluation;
    const options = { task, labels, batchSize, loss: lossOf(task, config.loss), signal, progressLabel };
    return (await predict(predictor, batches, examples, options)).predictions;
  };
  const thresholds =
    task === 'tagging'
      ? bestThresholds(await score(batches, examplesOf(dataset, 'validation'), 'Thresholds'))
      : undefined;
  const test = examplesOf(dataset, 'test');
  const predictions = await score(batches, test, 'Evaluating');
  const evaluate = (scored: Predictions): Metrics =>
    evaluatePredictions(scored, {
      protocol: dataset.protocol,
      split: 'test',
      seed: config.seed,
      thresholds,
      bootstrapSamples: config.evaluation.bootstrap_samples,
    });
  const evaluated = evaluate(predictions);
  const training = { epochs: result.history.length, seconds: result.seconds, best_epoch: result.bestEpoch };
  const metrics: Metrics = { ...evaluated, training };
  const conditions = await scoreConditions(config.evaluation.conditions, prepared, test, {
    seed: config.seed,
    score,
    evaluate,
  });
  const undefinedLabels = undefinedLabelsNote(metrics);
  if (undefinedLabels !== null) notes.push(undefinedLabels);
  await saveModel(runPath(out, 'model'), model.parameters.read(), {
    ...description,
    thresholds: thresholds ? [...thresholds] : null,
  });
  await writePredictions(out, predictions);
  if (conditions.length > 0) await writeRecord(out, 'conditions', { conditions });
  await writeRecord(out, 'environment', { ...run.environment, notes });
  log('Writing the report.');
  const files = await run.writeReport(out, {
    name: config.name,
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    metrics,
    predictions,
    history: result.history,
    conditions,
    examples: await exampleViews(config, prepared, predictor, test, predictions),
    config: run.configText,
    environment: { ...run.environment, notes },
    notes,
  });
  // Last, because a run with metrics is a finished run.
  await writeRecord(out, 'metrics', metrics);
  return { out, metrics, files, notes };
}

/** What is stored of the model, without its thresholds. */
function describeModel({ config, prepared, extensions }: TrainedRun): NewDescription {
  const { dataset, texts, shape, statistics } = prepared;
  const ofTexts = <Value>(pick: (text: PreparedText) => Value | null): Record<string, Value> =>
    Object.fromEntries(
      Object.entries(texts).flatMap(([name, text]) => {
        const value = pick(text);
        return value === null ? [] : [[name, value]];
      }),
    );
  const dictionaries = ofTexts(({ dictionary }) => dictionary);
  return {
    name: config.name,
    task: dataset.task,
    labels: dataset.labels,
    thresholds: null,
    spec: config.model,
    shape,
    inputs: config.inputs,
    ...(extensions.length > 0 && { extensions }),
    vocabularies: ofTexts(({ vocabulary }) => vocabulary),
    ...(Object.keys(dictionaries).length > 0 && { dictionaries }),
    ...(Object.keys(statistics).length > 0 && { statistics }),
    trained_on: {
      dataset: dataset.name,
      protocol: dataset.protocol,
      fingerprint: dataset.fingerprint,
      synthetic: dataset.synthetic,
    },
  };
}

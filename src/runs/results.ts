/** Results of a run: the model, its predictions, the metrics and the report. */
import { addChecksums } from '../base/checksums.js';
import type { Config } from '../config/schema.js';
import type { Dataset, Split } from '../data/dataset.js';
import { breakDown, partMetrics } from '../eval/breakdown.js';
import { evaluatePredictions } from '../eval/evaluate.js';
import { metricNotes } from '../eval/format.js';
import type { ClassCounts } from '../eval/metrics.js';
import { evaluatePitch } from '../eval/pitch/evaluate.js';
import { evaluateNumbers, evaluatePart } from '../eval/regression/evaluate.js';
import type { AnyMetrics, AnyReport, ReportWriter, RunReport } from '../eval/run-report.js';
import { evaluateSlices } from '../eval/slices.js';
import { grouped } from '../eval/with-truth.js';
import { MODEL_FILES } from '../models/description.js';
import { fitVerdict } from './confusing.js';
import { type RunFile, runPath } from './layout.js';
import type { Evaluate, Fitted, Scored } from './learner.js';
import { findLeakage, leakageNotes, writeSeen } from './seen.js';
import { writeRunEvents } from './tensorboard/record.js';
import { writeMetrics, writePredictions, writeRecord } from './write.js';

export interface RunResult {
  out: string;
  metrics: AnyMetrics;
  /** Paths of the report and its tables and figures. */
  files: string[];
  notes: string[];
}

export interface ResultsOptions {
  config: Config;
  out: string;
  /** Notes of the run so far; `onNote` adds to them. */
  notes: string[];
  onNote(note: string): void;
  log(line: string): void;
  signal?: AbortSignal;
  writeReport: ReportWriter;
}

/** How the scores of a split are evaluated. */
export function evaluatorOf(
  { seed, evaluation }: Pick<Config, 'seed' | 'evaluation'>,
  split: Split,
  { dataset, thresholds, retrieve }: Pick<Scored, 'dataset' | 'thresholds' | 'retrieve'>,
): Evaluate {
  const options = {
    ...{ protocol: dataset.protocol, split, seed, thresholds: thresholds ?? undefined },
    bootstrapSamples: evaluation.bootstrap_samples,
  };
  return (predictions) => {
    const whole = grouped(predictions, dataset.examples, evaluation.bootstrap_unit);
    if (whole.task === 'pitch') return evaluatePitch(whole, options);
    if (whole.task === 'regression') {
      const breakdown = breakDown(whole, dataset.examples, (part) => evaluatePart(part, options));
      return { ...evaluateNumbers(whole, options), ...(breakdown && { breakdown }) };
    }
    const breakdown = breakDown(whole, dataset.examples, (part) => partMetrics(part, options));
    const slices = evaluateSlices(whole);
    return {
      ...evaluatePredictions(whole, options),
      ...(slices && { slices }),
      ...(retrieve && { retrieval: retrieve(whole) }),
      ...(breakdown && { breakdown }),
    };
  };
}

/**
 * Evaluates a fitted model on the test split and writes model, predictions, report and metrics. Throws a Failure when
 * the disk is full, Interrupted when stopped; the results of training are kept.
 */
export async function writeResults(
  fitted: Fitted,
  { config, out, notes, onNote, log, signal, writeReport }: ResultsOptions,
): Promise<RunResult> {
  const { dataset, predictions, configText, history, training, baseline } = fitted;
  const evaluate = evaluatorOf(config, 'test', fitted);
  const metrics: AnyMetrics = { ...evaluate(predictions), ...(training && { training }) };
  const conditions = await fitted.conditions(evaluate);
  for (const note of metricNotes(metrics)) onNote(note);
  await fitted.save?.(runPath(out, 'model'));
  // A model of all folds keeps no list: its folds are checked by the data set's fingerprint.
  if (fitted.save && !dataset.folds) {
    const seen = await writeSeen(runPath(out, 'model'), dataset, config);
    await addChecksums(runPath(out, 'model'), [MODEL_FILES.seen]);
    metrics.leakage = await findLeakage(seen, fitted.examples, dataset, config);
    leakageNotes(metrics.leakage, 'test').forEach(onNote);
  }
  if (metrics.task === 'classification') {
    const confusing = await fitVerdict(runPath(out, 'model'), dataset, { config, onNote, signal });
    if (confusing) metrics.confusing = confusing;
  }
  await writePredictions(out, predictions, dataset);
  if (conditions.length > 0) await writeRecord(out, 'conditions', { conditions });
  const environment = { ...fitted.environment, notes };
  await writeRecord(out, 'environment', environment);
  log('Writing the report.');
  // Predictions, metrics and conditions are of one task.
  const results = { metrics, predictions, conditions } as Pick<
    AnyReport & Pick<RunReport, 'conditions'>,
    'metrics' | 'predictions' | 'conditions'
  >;
  const files = await writeReport(out, {
    name: config.name,
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    ...results,
    history,
    examples: await fitted.views(),
    ...(fitted.map && { map: await fitted.map() }),
    config: configText,
    environment,
    notes,
    ...(baseline && { baseline }),
    ...(dataset.task === 'classification' && !dataset.folds && { distribution: classCounts(dataset) }),
  } as AnyReport);
  await writeRunEvents(out, { config, configText, metrics });
  // Last, because a run with metrics is a finished run.
  const read: RunFile[] = [
    ...(['predictions', 'environment', 'log'] as const),
    ...(conditions.length > 0 ? (['conditions'] as const) : []),
    ...(config.model.predictions ? (['imported'] as const) : []),
  ];
  await writeMetrics(out, metrics, read);
  return { out, metrics, files, notes };
}

/** How many examples of each class the splits have, in the order of the labels; targets are one class each. */
function classCounts({ labels, examples }: Pick<Dataset, 'labels' | 'examples'>): ClassCounts[] {
  const counts = labels.map((label): ClassCounts => ({ label, train: 0, validation: 0, test: 0 }));
  for (const { split, targets } of examples) counts[targets.indexOf(1 as never)][split]++;
  return counts;
}

/** A baseline from a data set to its report: fitted to one split, or to each fold in turn. */
import { startProgress } from '../../base/progress.js';
import type { Config } from '../../config/schema.js';
import type { Dataset } from '../../data/dataset.js';
import { evaluatePredictions } from '../../eval/evaluate.js';
import { undefinedLabelsNote } from '../../eval/format.js';
import type { ReportWriter } from '../../eval/run-report.js';
import { type BaselineSpec, describeBaseline } from '../../models/baselines/spec.js';
import { breathing } from '../../training/baseline/breathing.js';
import { requireNoConditions } from '../../training/baseline/conditions.js';
import { type FeatureSource, loadFeatures } from '../../training/baseline/features.js';
import {
  type FitContext,
  type FittedBaseline,
  fitBaseline,
  scoreBaseline,
} from '../../training/baseline/fit.js';
import { foldsOf, partsOf, pooledPredictions, type ScoredPart } from '../../training/baseline/folds.js';
import { foldFolder, saveBaseline } from '../../training/baseline/stored-baseline.js';
import { describeEnvironment } from '../environment.js';
import { runPath } from '../layout.js';
import type { RunResult } from '../results.js';
import { writeConfig, writeLog, writePredictions, writeRecord } from '../write.js';
import { baselineReport, baselineViews } from './report.js';

/** What a baseline is run with. */
export interface BaselineRun {
  config: Config;
  spec: BaselineSpec;
  dataset: Dataset;
  /** The run's folder. */
  out: string;
  /** What the data said already. */
  notes: string[];
  onNote: (note: string) => void;
  log: (line: string) => void;
  signal?: AbortSignal;
  writeReport: ReportWriter;
}

/**
 * Fits and evaluates a baseline and writes the run's folder. Where the data set names folds, each is tested by a fit
 * that saw neither it nor the fold that its setting was chosen on, and the scores of all are evaluated together.
 *
 * @param run - config, data set, folder
 * @returns metrics and files
 * @throws UsageError when audio files are missing; Interrupted when stopped
 */
export async function runBaseline(run: BaselineRun): Promise<RunResult> {
  const { config, spec, out, onNote, log, signal, notes } = run;
  requireNoConditions(config);
  const breathe = breathing(signal);
  const source = await loadFeatures(spec.features, config, run.dataset, { onNote, signal, breathe });
  const { dataset } = source;
  const { task, labels } = dataset;
  const folds = foldsOf(dataset);
  const context: FitContext = { spec, config, source, task, labels, onNote, breathe };
  if (folds.length > 1)
    onNote(
      'ROC-AUC and PR-AUC compare scores of different fits, one a fold; with few tracks they come out too low, and the accuracy says more.',
    );
  log(`Fitting ${describeBaseline(spec)}.`);
  const begin = performance.now();
  const progress = startProgress('Fitting', folds.length, folds.length === 1 ? 'split' : 'folds');
  const fits: FittedBaseline[] = [];
  const tested: ScoredPart[] = [];
  try {
    for (const parts of folds) {
      const { train, validation, test } = partsOf(dataset, parts);
      const fitted = await fitBaseline(context, train, validation);
      fits.push(fitted);
      tested.push({ examples: test, predictions: scoreBaseline(context, fitted, test) });
      progress.update(fits.length);
    }
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - begin) / 1000;
  const thresholds = thresholdsOf(fits, onNote);
  const { examples, predictions } = pooledPredictions(dataset, tested);
  const metrics = evaluatePredictions(predictions, {
    protocol: dataset.protocol,
    split: 'test',
    seed: config.seed,
    thresholds: thresholds ?? undefined,
    bootstrapSamples: config.evaluation.bootstrap_samples,
  });
  const undefinedLabels = undefinedLabelsNote(metrics);
  if (undefinedLabels !== null) onNote(undefinedLabels);
  const configText = await writeConfig(out, config);
  await writeModels(run, source, fits);
  await writePredictions(out, predictions);
  await writeLog(out, []);
  const environment = await describeEnvironment(null, {
    seed: config.seed,
    data_fingerprint: dataset.fingerprint,
    segmenter: source.segmenter,
    baseline: { fit_seconds: Math.round(seconds * 1000) / 1000, folds: fits.map(recordOf) },
    notes,
  });
  await writeRecord(out, 'environment', environment);
  log('Writing the report.');
  const files = await run.writeReport(out, {
    name: config.name,
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    metrics,
    predictions,
    history: [],
    conditions: [],
    examples: await baselineViews(config, examples, predictions),
    config: configText,
    environment,
    notes,
    baseline: baselineReport(spec, fits, context),
  });
  // Last, because a run with metrics is a finished run.
  await writeRecord(out, 'metrics', metrics);
  return { out, metrics, files, notes };
}

/** Thresholds are chosen on the validation part, of which several folds have several. */
function thresholdsOf(fits: readonly FittedBaseline[], onNote: (note: string) => void): Float64Array | null {
  if (fits.length === 1 || fits[0].thresholds === null) return fits[0].thresholds;
  onNote(
    'A tag is said from a score of one half on: the folds would choose thresholds of their own, and the metrics are of all folds together.',
  );
  return null;
}

async function writeModels(
  { config, spec, out }: BaselineRun,
  { dataset, dictionary }: FeatureSource,
  fits: readonly FittedBaseline[],
): Promise<void> {
  const { name, protocol, fingerprint, synthetic, task, labels } = dataset;
  for (const [fold, fitted] of fits.entries())
    await saveBaseline(foldFolder(runPath(out, 'model'), fits.length > 1 ? fold : null), fitted, {
      name: config.name,
      task,
      labels,
      thresholds: fits.length > 1 || fitted.thresholds === null ? null : [...fitted.thresholds],
      spec,
      chosen: fitted.point,
      inputs: config.inputs,
      ...(dictionary && { dictionary }),
      trained_on: { dataset: name, protocol, fingerprint, synthetic },
    });
}

const recordOf = ({ tried, point, metric }: FittedBaseline): Record<string, unknown> => ({
  chosen: point,
  chosen_by: tried.length > 1 ? `validation ${metric}` : 'the config',
  tried: tried.map(({ point: own, score }) => ({ ...own, score })),
});

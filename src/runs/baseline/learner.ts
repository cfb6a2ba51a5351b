/** Classical classifiers as a learner: fitted to one split, or to each fold in turn. */
import { UsageError } from '../../base/errors.js';
import { startProgress } from '../../base/progress.js';
import type { Config } from '../../config/schema.js';
import { loadEngine } from '../../engine/engine.js';
import { macroRocAuc } from '../../eval/evaluate.js';
import { spread } from '../../eval/means.js';
import type { ExamplePredictions } from '../../eval/predictions.js';
import { macroNumbers } from '../../eval/regression/scores.js';
import { readThresholds, storedThresholds, type Thresholds } from '../../eval/thresholds.js';
import { openEmbedder, openFrozen, saveEmbedder } from '../../hub/model-folder.js';
import { findModel } from '../../hub/store.js';
import { BASELINE_FORMAT, type BaselineDescription } from '../../models/baselines/predictor.js';
import { type BaselineSpec, describeBaseline } from '../../models/baselines/spec.js';
import { requireEmbedding } from '../../models/embedder.js';
import type { ExampleTask } from '../../models/heads/index.js';
import type { Predictor } from '../../models/predictor.js';
import type { FeatureSource } from '../../training/baseline/feature-source.js';
import { loadFeatures } from '../../training/baseline/features.js';
import {
  type FitContext,
  type FittedBaseline,
  fitBaseline,
  scoreBaseline,
  yieldOrStop,
} from '../../training/baseline/fit.js';
import { foldsOf, partsOf, pooledPredictions, type ScoredPart } from '../../training/baseline/folds.js';
import { foldFolder, loadBaseline, saveBaseline } from '../../training/baseline/stored-baseline.js';
import { exampleTaskOf, requireNoConditions } from '../../training/checks.js';
import { writtenInputs } from '../../training/texts.js';
import { describeEnvironment } from '../environment.js';
import { clipViews } from '../example-views.js';
import { runPath } from '../layout.js';
import {
  type FitJob,
  type Fitted,
  type Learner,
  requireSameLabels,
  type Scored,
  type ScoreJob,
} from '../learner.js';
import { requireRetrieval } from '../retrieval.js';
import { writeConfig, writeLog } from '../write.js';
import { baselineReport } from './report.js';

export const baselineLearner: Learner = { fit, score };

/**
 * Fits a baseline. Where the data set names folds, each is tested by a fit that saw neither it nor the fold that its
 * setting was chosen on, and all scores are evaluated together. Throws a UsageError when audio is missing; Interrupted
 * when stopped.
 */
async function fit(job: FitJob): Promise<Fitted> {
  const { out, onNote, log, signal } = job;
  const config = { ...job.config, inputs: await writtenInputs(job.config.inputs) };
  const spec = config.model.baseline!;
  if (job.existing === 'resume') onNote('A baseline has no checkpoints: it is fitted from the start.');
  const loaded = await job.loadData();
  requireRetrieval(config, null);
  requireNoConditions(config);
  const yieldToEventLoop = yieldOrStop(signal);
  const network = await networkOf(spec);
  const source = await loadFeatures(spec.features, config, loaded, {
    ...{ onNote, signal, yieldToEventLoop, network },
  });
  const { dataset } = source;
  const { labels } = dataset;
  const task = exampleTaskOf(config, dataset.task);
  const folds = foldsOf(dataset);
  // A network takes its own inputs.
  const described = { ...config, inputs: network?.description.inputs ?? config.inputs };
  const context: FitContext = { spec, config, source, task, labels, onNote, yieldToEventLoop };
  if (folds.length > 1 && task !== 'regression')
    onNote(
      'ROC-AUC and PR-AUC compare scores of different fits, one per fold; with few tracks they are biased low, and the accuracy is more reliable.',
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
      const stored = { ...fitted, description: describeFit(described, spec, source, fitted) };
      tested.push({ examples: test, predictions: scoreBaseline(source, stored, test, network) });
      progress.update(fits.length);
    }
  } finally {
    progress.stop();
  }
  const seconds = (performance.now() - begin) / 1000;
  const thresholds = thresholdsOf(fits, onNote);
  const { examples, predictions } = pooledPredictions(dataset, tested);
  const foldsNote = folds.length > 1 ? noteOnFolds(tested.map((part) => part.predictions)) : null;
  if (foldsNote !== null) onNote(foldsNote);
  const configText = await writeConfig(out, job.config);
  await writeLog(out, []);
  const environment = await describeEnvironment(null, {
    seed: config.seed,
    data_fingerprint: dataset.fingerprint,
    segmenter: source.segmenter,
    baseline: { fit_seconds: Math.round(seconds * 1000) / 1000, folds: fits.map(recordOf) },
  });
  return {
    ...{ dataset, configText, environment, history: [], examples, predictions },
    thresholds,
    conditions: async () => [],
    baseline: baselineReport(spec, fits, context),
    save: (folder) => saveFits(folder, described, { spec, source, fits }),
    views: () => clipViews(config, examples, predictions),
    dispose: () => {
      source.close();
      network?.dispose();
    },
  };
}

/**
 * Scores a split with the baseline of a run; of a run over all folds, each fold with the fit that did not see it.
 * Throws a UsageError when the run has no model, or labels or folds are not those of the run.
 */
async function score({ run, config, dataset, split, signal, log }: ScoreJob): Promise<Scored> {
  requireRetrieval(config, null);
  requireNoConditions(config);
  const spec = config.model.baseline!;
  const folder = runPath(run, 'model');
  const folds = dataset.folds?.length ?? 1;
  if (folds > 1 && split === 'train')
    throw new UsageError(
      'With all folds, every track is in several training splits; evaluate the test or the validation split.',
    );
  const firstFolder = foldFolder(folder, folds > 1 ? 0 : null);
  const first = await loadBaseline(firstFolder);
  const { inputs, dictionary, trained_on } = first.description;
  if (folds > 1 && trained_on.fingerprint !== dataset.fingerprint)
    throw new UsageError(
      `The folds are not those that ${run} was fitted to, so that tracks would be scored by fits that saw them; evaluate one fold of other data in a run of its own.`,
    );
  requireSameLabels(dataset, first.description);
  const yieldToEventLoop = yieldOrStop(signal);
  if (spec.features.kind === 'embedding') await loadEngine();
  const network = await openEmbedder(firstFolder, first.description);
  const source = await loadFeatures(spec.features, { ...config, inputs }, dataset, {
    onNote: log,
    signal,
    yieldToEventLoop,
    dictionary,
    network,
  });
  const { examples } = source.dataset;
  const parts: ScoredPart[] = [];
  for (const [fold, partOf] of foldsOf(source.dataset).entries()) {
    await yieldToEventLoop();
    const fitted = fold === 0 ? first : await loadBaseline(foldFolder(folder, fold));
    const own = examples.filter(({ id }) => partOf.get(id) === split);
    parts.push({ examples: own, predictions: scoreBaseline(source, fitted, own, network) });
  }
  const { predictions } = pooledPredictions(source.dataset, parts);
  return {
    dataset,
    predictions,
    thresholds: readThresholds(first.description),
    conditions: async () => [],
    dispose: () => {
      source.close();
      network?.dispose();
    },
  };
}

/** The model whose embeddings a baseline is fitted to; null for other features. Throws a UsageError for a wrong one. */
export async function networkOf({ features }: BaselineSpec): Promise<Predictor | null> {
  if (features.kind !== 'embedding') return null;
  const folder = await findModel(features.model);
  await loadEngine();
  const network = await openFrozen(folder);
  requireEmbedding(network, 'model.baseline.features.model');
  return network;
}

/** The mean of the folds' own results; null where they have none. */
function noteOnFolds(tested: readonly ExamplePredictions[]): string | null {
  const isRegression = tested[0].task === 'regression';
  const byFold = spread(
    tested.map((own) => (own.task === 'regression' ? macroNumbers(own).ccc : macroRocAuc(own))),
  );
  if (byFold === null) return null;
  const mean = `${byFold.mean.toFixed(4)} ± ${(byFold.deviation ?? 0).toFixed(4)}`;
  return isRegression
    ? `Mean over the ${tested.length} folds: mean CCC ${mean}; the metrics are of all folds' predictions together.`
    : `Mean over the ${tested.length} folds: macro ROC-AUC ${mean}. Quote it rather than the pooled value, which ranks scores of different fits together and comes out too low.`;
}

/** Thresholds are chosen on the validation split, of which several folds have several. */
function thresholdsOf(fits: readonly FittedBaseline[], onNote: (note: string) => void): Thresholds | null {
  if (fits.length === 1 || fits[0].thresholds === null) return fits[0].thresholds;
  onNote(
    'Tags are assigned from a score of 0.5 on: each fold would choose other thresholds, and the metrics are of all folds together.',
  );
  return null;
}

function describeFit(
  config: Config,
  spec: BaselineSpec,
  { dataset, dictionary }: FeatureSource,
  { point, thresholds, features }: FittedBaseline,
): BaselineDescription {
  const { name, protocol, fingerprint, synthetic, task, labels } = dataset;
  return {
    format: BASELINE_FORMAT,
    name: config.name,
    task: task as ExampleTask,
    labels,
    ...storedThresholds(thresholds),
    spec,
    chosen: point,
    inputs: config.inputs,
    ...(dictionary && { dictionary }),
    trained_on: { dataset: name, protocol, fingerprint, synthetic },
    terms: features.terms,
  };
}

async function saveFits(
  folder: string,
  config: Config,
  {
    spec,
    source,
    fits,
  }: {
    spec: BaselineSpec;
    source: FeatureSource;
    fits: readonly FittedBaseline[];
  },
): Promise<void> {
  for (const [fold, fitted] of fits.entries()) {
    // Several folds have several thresholds, of which none is that of all.
    const thresholds = fits.length > 1 ? null : fitted.thresholds;
    const description = describeFit(config, spec, source, { ...fitted, thresholds });
    const place = foldFolder(folder, fits.length > 1 ? fold : null);
    await saveBaseline(place, { ...fitted, description });
    if (spec.features.kind === 'embedding') await saveEmbedder(place, await findModel(spec.features.model));
  }
}

const recordOf = ({ tried, point, metric }: FittedBaseline): Record<string, unknown> => ({
  chosen: point,
  chosen_by: tried.length > 1 ? `validation ${metric}` : 'the config',
  tried: tried.map(({ point: own, score }) => ({ ...own, score })),
});

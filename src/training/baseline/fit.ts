/** A baseline fitted to one training split, with the setting that does best on the validation split. */

import { Interrupted, UsageError } from '../../base/errors.js';
import type { Example } from '../../data/dataset.js';
import { crossEntropy } from '../../eval/cross-entropy.js';
import type { ExamplePredictions } from '../../eval/predictions.js';
import { macroNumbers } from '../../eval/regression/scores.js';
import { type Thresholds, tagThresholds } from '../../eval/thresholds.js';
import { withTruth } from '../../eval/with-truth.js';
import type { Fitted, Labels, TrainingRows } from '../../models/baselines/classifier.js';
import type { GridPoint } from '../../models/baselines/grid.js';
import {
  BaselinePredictor,
  type FittedFeatures,
  type StoredBaseline,
} from '../../models/baselines/predictor.js';
import { type BaselineSpec, classifierOf, classifiers } from '../../models/baselines/spec.js';
import type { ExampleTask } from '../../models/heads/index.js';
import type { Predictor } from '../../models/predictor.js';
import type { SparseMatrix } from '../../text/term-counts.js';
import type { Experiment } from '../schema.js';
import {
  type Metric,
  scoreOf,
  smallValidationNote,
  usableMetric,
  validationMetrics,
  validationTitle,
} from '../validation-metric.js';
import type { FeatureSource } from './feature-source.js';

/** What a fit needs. */
export interface FitContext {
  spec: BaselineSpec;
  config: Pick<Experiment, 'seed' | 'training'>;
  source: FeatureSource;
  task: ExampleTask;
  labels: string[];
  onNote: (note: string) => void;
  yieldToEventLoop: () => Promise<void>;
}

/** One combination of options, and how good it is. */
export interface TriedPoint {
  point: GridPoint;
  /** The validation metric, higher being better; null where it is undefined or there was nothing to choose. */
  score: number | null;
  /** Mean cross-entropy, or RMSE, on the validation split, which decides between equal scores; null where nothing was to choose. */
  loss: number | null;
}

/** A fitted baseline. */
export interface FittedBaseline {
  features: FittedFeatures;
  classifier: Fitted;
  point: GridPoint;
  /** Every point that was tried, in the grid's order. */
  tried: TriedPoint[];
  /** The criterion that chose the point. */
  metric: Metric;
  /** The best threshold of each tag on the validation split; null for classes. */
  thresholds: Thresholds | null;
}

/**
 * Fits a baseline: features and every point of the grid to the training split, then the best point for good. Throws
 * UsageError where it does not predict what the data set has; Interrupted when stopped.
 */
export async function fitBaseline(
  context: FitContext,
  train: readonly Example[],
  validation: readonly Example[],
): Promise<FittedBaseline> {
  const { spec, config, source, task, onNote } = context;
  const { kind, grid } = classifierOf(spec);
  requireTask(spec, task);
  const features = source.fit(train);
  const rows = trainingRows(context, source.rows(features, train), train);
  const checked = source.rows(features, validation);
  const metric = usableMetric(config.training.early_stopping.metric, task, validation, (note) =>
    onNote(note.replace('early stopping follows', 'the setting is chosen by')),
  );
  const scored = (fitted: Fitted): ExamplePredictions => scoreRows(context, fitted, checked, validation);
  const tried: TriedPoint[] = [];
  for (const point of grid) {
    if (grid.length === 1) {
      tried.push({ point, score: null, loss: null });
      continue;
    }
    // Notes are those of the fit that is kept.
    const predictions = scored(await kind.fit({ ...rows, onNote: () => {} }, point, false));
    const loss = lossOfPredictions(predictions);
    const value = validationMetrics[metric].value({ predictions, loss });
    tried.push({ point, score: value === null ? null : scoreOf(metric, value), loss });
  }
  const small = grid.length > 1 ? smallValidationNote(validation, 'setting', spreadOfScores(tried)) : null;
  if (small !== null) onNote(small);
  const { point } = bestOf(tried, (count) =>
    onNote(
      `${count} of ${tried.length} settings have the same validation ${validationTitle(metric)}; the one with the lowest validation loss is taken.`,
    ),
  );
  const classifier = await kind.fit(rows, point, true);
  const thresholds = task === 'tagging' ? tagThresholds(scored(classifier)) : null;
  if (!spec.refit) return { features, classifier, point, tried, metric, thresholds };
  const both = [...train, ...validation];
  const refitted = source.fit(both);
  return {
    features: refitted,
    classifier: await kind.fit(trainingRows(context, source.rows(refitted, both), both), point, true),
    point,
    tried,
    metric,
    thresholds,
  };
}

/** @throws UsageError when a classifier is given numbers, or a regression labels */
function requireTask(spec: BaselineSpec, task: ExampleTask): void {
  const wanted = task === 'regression' ? 'numbers' : 'labels';
  const { predicts = 'labels' } = classifierOf(spec).kind;
  if (predicts === wanted) return;
  const others = Object.entries<{ predicts?: string }>(classifiers).flatMap(([name, kind]) =>
    (kind.predicts ?? 'labels') === wanted ? [name] : [],
  );
  throw new UsageError(
    `model.baseline.classifier.kind: ${spec.classifier.kind} predicts ${predicts}, and the data set's task is ${task}; give ${others.join(' or ')}.`,
  );
}

const spreadOfScores = (tried: readonly TriedPoint[]): number => {
  const scores = tried.map(({ score }) => score ?? 0);
  return Math.max(...scores) - Math.min(...scores);
};

/** The setting with the highest score, of equal ones that with the lowest loss; `onTie` gets their number. */
function bestOf(tried: readonly TriedPoint[], onTie: (count: number) => void): TriedPoint {
  const highest = Math.max(...tried.map(({ score }) => score ?? Number.NEGATIVE_INFINITY));
  const tied = tried.filter(({ score }) => (score ?? Number.NEGATIVE_INFINITY) === highest);
  if (tied.length > 1) onTie(tied.length);
  return tied.reduce((best, other) => ((other.loss ?? 0) < (best.loss ?? 0) ? other : best));
}

/** Scores examples with a stored baseline, by its predictor: the mean over the windows of each. */
export function scoreBaseline(
  source: FeatureSource,
  stored: StoredBaseline,
  examples: readonly Example[],
  network: Predictor | null,
): ExamplePredictions {
  const { task, labels } = stored.description;
  const predictor = new BaselinePredictor(stored, network);
  const width = labels.length;
  const windows: { row: number; scores: Float32Array }[] = [];
  for (const { rows, ...batch } of source.windows(stored.features, examples)) {
    const { scores } = predictor.predict(batch);
    for (let i = 0; i < rows.length; i++)
      windows.push({ row: rows[i], scores: scores.subarray(i * width, (i + 1) * width) });
  }
  const counts = new Uint32Array(examples.length);
  for (const { row } of windows) counts[row]++;
  const sums = new Float64Array(examples.length * width);
  const values = new Float32Array(windows.length * width);
  for (const [i, { row, scores }] of windows.entries()) {
    values.set(scores, i * width);
    for (let label = 0; label < width; label++) sums[row * width + label] += scores[label];
  }
  const means = Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i / width)]);
  const slices = { rows: Uint32Array.from(windows, ({ row }) => row), values };
  return withTruth(examples, task, labels, means, task === 'classification' ? { slices } : {});
}

function scoreRows(
  { spec, task, labels }: Pick<FitContext, 'spec' | 'task' | 'labels'>,
  classifier: Fitted,
  x: SparseMatrix,
  examples: readonly Example[],
): ExamplePredictions {
  const scores = classifierOf(spec).kind.scores(classifier, x, sizesOf(task, labels));
  return withTruth(examples, task, labels, Float32Array.from(scores));
}

/** Number of labels, and whether an example has exactly one. */
export const sizesOf = (task: ExampleTask, labels: readonly string[]): Labels => ({
  count: labels.length,
  exclusive: task === 'classification',
});

function trainingRows(
  { task, labels, config, onNote, yieldToEventLoop }: FitContext,
  x: SparseMatrix,
  examples: readonly Example[],
): TrainingRows {
  const isRegression = task === 'regression';
  const all = new (isRegression ? Float64Array : Uint8Array)(examples.length * labels.length);
  for (const [row, example] of examples.entries()) all.set(example.targets, row * labels.length);
  return {
    ...sizesOf(task, labels),
    ...{ x, seed: config.seed, onNote, yieldToEventLoop },
    targets: all instanceof Uint8Array ? all : new Uint8Array(0),
    ...(all instanceof Float64Array && { numbers: all }),
  };
}

/** Mean cross-entropy: over examples for classes, over decisions for tags; of numbers their mean RMSE. */
function lossOfPredictions(predictions: ExamplePredictions): number {
  if (predictions.task === 'regression') return macroNumbers(predictions).rmse ?? 0;
  const { task, scores, ids } = predictions;
  return (
    crossEntropy(predictions, { to: scores.length, least: 1e-7 }) /
    (task === 'tagging' ? scores.length : ids.length)
  );
}

/** Makes a function that yields to the event loop, so that signals arrive, and throws Interrupted once aborted. */
export const yieldOrStop = (signal?: AbortSignal) => async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted)
    throw new Interrupted('Stopped; a baseline is fitted from the start by the same command.');
};

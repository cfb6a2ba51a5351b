/** Reads the files of a run, and a finished run together with its ground truth. */
import { join } from 'node:path';
import type { z } from 'zod';
import { checkedBytes } from '../base/checksums.js';
import { messageOf, systemCode, UsageError } from '../base/errors.js';
import { exists, requireFolder } from '../base/files.js';
import { parseJson } from '../base/json.js';
import { readParquetFile } from '../base/parquet.js';
import { loadConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import type { Dataset } from '../data/dataset.js';
import { restrictLabels } from '../data/restrict-labels.js';
import { loadDataset } from '../data/sets/index.js';
import { macroRocAuc } from '../eval/evaluate.js';
import type { ExamplePredictions } from '../eval/predictions.js';
import { macroNumbers } from '../eval/regression/scores.js';
import type { AnyMetrics, ConditionResult, EpochRecord, LabelOrNumberMetrics } from '../eval/run-report.js';
import { conditionsSchema, environmentSchema, epochSchema, metricsSchema } from '../eval/stored.js';
import { grouped, withTruth } from '../eval/with-truth.js';
import { MODEL_FILES } from '../models/description.js';
import type { ExampleTask } from '../models/heads/index.js';
import { RUN_FILES, type RunFile, runPath } from './layout.js';
import { decodePredictions, type PredictionRow } from './prediction-table.js';
import { readSeen } from './seen.js';

/** @throws UsageError naming the file, when it is missing or `read` refuses it */
async function readRunFile<Content>(
  folder: string,
  file: RunFile,
  read: (path: string) => Promise<Content>,
): Promise<Content> {
  const path = runPath(folder, file);
  try {
    return await read(path);
  } catch (error) {
    const state = systemCode(error) === 'ENOENT' ? 'missing' : `damaged (${messageOf(error).split('\n')[0]})`;
    throw new UsageError(`${path} is ${state}; run the experiment again, or exclude it.`);
  }
}

const jsonOf =
  <Content>(schema: z.ZodType<Content>) =>
  async (path: string): Promise<Content> =>
    parseJson((await checkedBytes(path)).toString('utf8'), schema);

export const readMetrics = (folder: string): Promise<AnyMetrics> =>
  readRunFile(folder, 'metrics', jsonOf(metricsSchema));

export const readEnvironment = (folder: string): Promise<Record<string, unknown>> =>
  readRunFile(folder, 'environment', jsonOf(environmentSchema));

/** One record per epoch; none for a baseline. */
export const readLog = (folder: string): Promise<EpochRecord[]> =>
  readRunFile(folder, 'log', async (path) =>
    (await checkedBytes(path))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseJson(line, epochSchema)),
  );

/** Metrics under the conditions that the config names; none where it names none. */
export async function readConditions(folder: string): Promise<ConditionResult<AnyMetrics>[]> {
  if (!(await exists(runPath(folder, 'conditions')))) return [];
  return (await readRunFile(folder, 'conditions', jsonOf(conditionsSchema))).conditions;
}

/** One row per example. */
export const readPredictions = (folder: string): Promise<PredictionRow[]> =>
  readRunFile(folder, 'predictions', async (path) => decodePredictions(await readParquetFile(path)));

/**
 * The config of a run, with command-line overrides. A run of an earlier version, whose model has no list of what it was
 * trained on, had the weights of its late fusion trained with the branches: `joint`, where it says `learned`.
 */
export async function readConfig(folder: string, overrides: string[] = []): Promise<Config> {
  const config = await loadConfig(runPath(folder, 'config'), overrides);
  const { fusion } = config.model;
  if (fusion?.kind !== 'late-average' || !(await isFinished(folder))) return config;
  if (await exists(join(runPath(folder, 'model'), MODEL_FILES.seen))) return config;
  const { weights } = fusion;
  const meant = weights === 'learned' ? 'joint' : weights === 'stacked' ? 'joint-stacked' : weights;
  return { ...config, model: { ...config.model, fusion: { ...fusion, weights: meant } } } as Config;
}

/** Whether a folder holds a run, finished or not. */
export const holdsRun = (folder: string): Promise<boolean> => exists(runPath(folder, 'config'));

export const isFinished = (folder: string): Promise<boolean> => exists(runPath(folder, 'metrics'));

/** Throws UsageError for a folder without a finished run. */
export async function requireFinished(folder: string): Promise<void> {
  await requireFolder(folder, 'A run');
  if (!(await holdsRun(folder)))
    throw new UsageError(
      `${folder} has no run (no ${RUN_FILES.config}); give a folder written by "polytag run".`,
    );
  if (!(await isFinished(folder)))
    throw new UsageError(
      `The run in ${folder} has not finished; resume it with "polytag run … --out ${folder} --resume", or exclude it.`,
    );
}

/** Epochs that a run has done so far; none where nothing can be read. */
export const epochsOf = (folder: string): Promise<EpochRecord[]> => readLog(folder).catch(() => []);

/** Threads of a run, which its checkpoints depend on; null where not recorded. */
export async function threadsOf(folder: string): Promise<number | null> {
  const { threads } = await readEnvironment(folder).catch((): Record<string, unknown> => ({}));
  return typeof threads === 'number' ? threads : null;
}

export interface StoredClip {
  title: string;
  artist: string;
  /** Path of the audio file, which may have been removed; null for lyrics alone. */
  audio: string | null;
}

export interface StoredRun {
  /** As it was given. */
  folder: string;
  config: Config;
  environment: Record<string, unknown>;
  metrics: LabelOrNumberMetrics;
  /** Scores and ground truth, in the data set's order; of the metrics' task. */
  predictions: ExamplePredictions;
  history: EpochRecord[];
  /** The examples, in the order of the predictions. */
  clips: StoredClip[];
  dataset: { name: string; synthetic: string | null; fingerprint: string };
  /** Test clips that the model was trained or validated on. Default: 0. */
  seenClips?: number;
}

/** Loads the data set of a config; the same one once for several runs. */
export type LoadDataset = (config: Config) => Promise<Dataset>;

/** A loader that reads each data set once, from `root`, or from where the runs' configs say when null. */
export function datasetLoader(root: string | null): LoadDataset {
  const loaded = new Map<string, Promise<Dataset>>();
  return (config) => {
    const options = root === null ? config.data : { ...config.data, root };
    const key = JSON.stringify(options);
    const known = loaded.get(key);
    if (known) return known;
    const loading = loadDataset(options);
    loaded.set(key, loading);
    return loading;
  };
}

/**
 * Reads a run. Its folder holds scores but no ground truth, which comes from the data set, whose fingerprint must be
 * the one that the run recorded. Throws a UsageError when there is no such run, it has not finished, or its data set is
 * missing or another one; or when its model has seen some of its test clips, unless `allowSeen`.
 */
export async function readRun(
  folder: string,
  load: LoadDataset,
  { allowSeen = false }: { allowSeen?: boolean } = {},
): Promise<StoredRun> {
  await requireFinished(folder);
  const config = await readConfig(folder);
  const environment = await readEnvironment(folder);
  const metrics = await readMetrics(folder);
  if (metrics.task === 'pitch')
    throw new UsageError(
      `The run in ${folder} finds the pitch of frames, and runs of tags, classes or numbers are compared; exclude it, and see "polytag runs" for its measures beside those of others.`,
    );
  const history = await readLog(folder);
  const dataset = await load(config).catch((error: unknown) => {
    throw new UsageError(
      `The ground truth of the run in ${folder} cannot be read; give the folder of its data set with --data. ${messageOf(error)}`,
    );
  });
  if (environment.data_fingerprint !== dataset.fingerprint)
    throw new UsageError(
      `The data set in ${dataset.root} is not the one that the run in ${folder} was evaluated on; give that one with --data.`,
    );
  const predictions = grouped(
    await joinTruth(folder, dataset, config),
    dataset.examples,
    config.evaluation.bootstrap_unit,
  );
  if (!areOfOneEvaluation(predictions, metrics))
    throw new UsageError(
      `${runPath(folder, 'metrics')} and ${RUN_FILES.predictions} beside it are not of the same evaluation; run the experiment again, or exclude it.`,
    );
  const seenClips = metrics.split === 'test' ? await countSeen(folder, predictions.ids) : 0;
  if (seenClips > 0 && !allowSeen)
    throw new UsageError(
      `The model of ${folder} was trained or validated on ${seenClips} of its ${predictions.ids.length} test clips; exclude it, or give --allow-seen.`,
    );
  const { name, synthetic, fingerprint } = dataset;
  const exampleOf = new Map(dataset.examples.map((example) => [example.id, example]));
  return {
    folder,
    config,
    environment,
    metrics,
    predictions,
    history,
    clips: predictions.ids.map((id) => {
      const { title, artist, audio } = exampleOf.get(id)!;
      return { title, artist: artist ?? '', audio };
    }),
    dataset: { name, synthetic, fingerprint },
    seenClips,
  };
}

async function countSeen(folder: string, ids: readonly string[]): Promise<number> {
  const seen = new Set((await readSeen(runPath(folder, 'model')))?.map(({ id }) => id));
  return ids.filter((id) => seen.has(id)).length;
}

/** Whether metrics can be those of predictions, by the first of the task. */
function areOfOneEvaluation(predictions: ExamplePredictions, metrics: LabelOrNumberMetrics): boolean {
  if (predictions.task === 'regression') {
    if (metrics.task !== 'regression') return false;
    // RMSE is in the targets' unit.
    const [own, stored] = [macroNumbers(predictions).rmse ?? 0, metrics.rmse.macro ?? 0];
    return Math.abs(own - stored) <= 1e-6 * Math.max(own, stored);
  }
  if (metrics.task === 'regression') return false;
  return Math.abs((macroRocAuc(predictions) ?? 0) - (metrics.roc_auc.macro ?? 0)) <= 1e-6;
}

/** The predictions of a run with the truth; imported ones may have some of the labels. */
async function joinTruth(folder: string, whole: Dataset, { model }: Config): Promise<ExamplePredictions> {
  const path = runPath(folder, 'predictions');
  const rows = await readPredictions(folder);
  const scored = Object.keys(rows[0]?.scores ?? {});
  const dataset = model.predictions ? restrictLabels(whole, scored) : whole;
  const { labels } = dataset;
  const task = dataset.task as ExampleTask;
  const strange = scored.find((name) => !labels.includes(name));
  const missing = labels.find((label) => rows.length > 0 && !scored.includes(label));
  if (strange !== undefined || missing !== undefined)
    throw new UsageError(
      `The labels of ${path} are not those of the data set: ${strange === undefined ? `"${missing}" is missing` : `"${strange}" is not among them`}.`,
    );
  const scoresOf = new Map(rows.map(({ id, scores }) => [id, scores]));
  const examples = dataset.examples.filter(({ id }) => scoresOf.has(id));
  if (examples.length !== rows.length)
    throw new UsageError(
      `${path} has ${rows.length} rows, of which ${examples.length} are examples of the data set; it belongs to another data set, or an example occurs twice.`,
    );
  const width = labels.length;
  const scores = new Float32Array(examples.length * width);
  for (const [row, example] of examples.entries()) {
    const own = scoresOf.get(example.id)!;
    for (let label = 0; label < width; label++) scores[row * width + label] = own[labels[label]];
  }
  return withTruth(examples, task, labels, scores);
}

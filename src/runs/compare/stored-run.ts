/** A finished run, read back from its folder together with the truth that it was evaluated on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '../../base/errors.js';
import { exists, requireFolder } from '../../base/files.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import type { Dataset } from '../../data/dataset.js';
import { loadDataset } from '../../data/sets/index.js';
import { macroRocAuc } from '../../eval/evaluate.js';
import type { Metrics } from '../../eval/metrics.js';
import type { Predictions } from '../../eval/predictions.js';
import { readPredictions } from '../../eval/predictions-file.js';
import type { EpochRecord } from '../../eval/run-report.js';
import { withTruth } from '../../eval/with-truth.js';

/** An example as a page shows it. */
export interface StoredClip {
  title: string;
  artist: string;
  /** Path of the audio file, which may be gone; null for lyrics alone. */
  audio: string | null;
}

/** What a finished run left. */
export interface StoredRun {
  /** As it was given. */
  folder: string;
  config: Config;
  /** `environment.json`. */
  environment: Record<string, unknown>;
  metrics: Metrics;
  /** Scores and ground truth, in the data set's order. */
  predictions: Predictions;
  history: EpochRecord[];
  /** What is known of each example, in the order of the predictions. */
  clips: StoredClip[];
  dataset: { name: string; synthetic: string | null; fingerprint: string };
}

/** Loads the data set of a config; the same one once for several runs. */
export type LoadDataset = (config: Config) => Promise<Dataset>;

/**
 * Loads data sets for runs.
 *
 * @param root - where the data set lies now; where the runs' configs say when null
 * @returns a loader that reads each data set once
 */
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
 * Reads a run. Its folder holds scores but no ground truth, which comes from the data set, as in the evaluation; the
 * data set's fingerprint must be the one that the run recorded.
 *
 * @param folder - the run's folder
 * @param load - of `datasetLoader`
 * @returns the run
 * @throws UsageError when there is no such run, it has not finished, or its data set is gone or another one
 */
export async function readRun(folder: string, load: LoadDataset): Promise<StoredRun> {
  await requireFolder(folder, 'A run');
  if (!(await exists(join(folder, 'config.yaml'))))
    throw new UsageError(`${folder} holds no run (no config.yaml); give a folder that "polytag run" wrote.`);
  if (!(await exists(join(folder, 'metrics.json'))))
    throw new UsageError(
      `The run in ${folder} has not finished; go on with it by "polytag run … --out ${folder} --resume", or leave it out.`,
    );
  const config = await loadConfig(join(folder, 'config.yaml'));
  const environment = await readRecord<Record<string, unknown>>(folder, 'environment.json', JSON.parse);
  const metrics = await readRecord<Metrics>(folder, 'metrics.json', JSON.parse);
  const history = await readRecord(folder, 'log.jsonl', parseLines<EpochRecord>);
  const dataset = await load(config).catch((error: unknown) => {
    throw new UsageError(
      `The ground truth of the run in ${folder} cannot be read; say with --data where its data set lies now. ${messageOf(error)}`,
    );
  });
  if (environment.data_fingerprint !== dataset.fingerprint)
    throw new UsageError(
      `The data set in ${dataset.root} is not the one that the run in ${folder} was evaluated on; say with --data where that one lies.`,
    );
  const predictions = await joinTruth(folder, dataset);
  if (Math.abs((macroRocAuc(predictions) ?? 0) - (metrics.roc_auc.macro ?? 0)) > 1e-6)
    throw new UsageError(
      `${join(folder, 'metrics.json')} and predictions.parquet beside it are not of the same evaluation; run the experiment again, or leave it out.`,
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
  };
}

async function readRecord<Content>(
  folder: string,
  name: string,
  parse: (text: string) => Content,
): Promise<Content> {
  try {
    return parse(await readFile(join(folder, name), 'utf8'));
  } catch (error) {
    throw new UsageError(
      `${join(folder, name)} is missing or damaged; run the experiment again, or leave it out. ${messageOf(error)}`,
    );
  }
}

function parseLines<Line>(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

async function joinTruth(folder: string, dataset: Dataset): Promise<Predictions> {
  const path = join(folder, 'predictions.parquet');
  const rows = await readPredictions(path).catch((error: unknown) => {
    throw new UsageError(
      `${path} is missing or damaged; run the experiment again, or leave it out. ${messageOf(error)}`,
    );
  });
  const { labels, task } = dataset;
  const strange = Object.keys(rows[0] ?? {}).find((name) => name !== 'id' && !labels.includes(name));
  const missing = labels.find((label) => rows.length > 0 && !(label in rows[0]));
  if (strange !== undefined || missing !== undefined)
    throw new UsageError(
      `The labels of ${path} are not those of the data set: ${strange === undefined ? `"${missing}" is missing` : `"${strange}" is not among them`}.`,
    );
  const scoresOf = new Map(rows.map((row) => [String(row.id), row]));
  const examples = dataset.examples.filter(({ id }) => scoresOf.has(id));
  if (examples.length !== rows.length)
    throw new UsageError(
      `${path} has ${rows.length} rows, of which ${examples.length} are examples of the data set; it is another data set's, or an example stands there twice.`,
    );
  const width = labels.length;
  const scores = new Float32Array(examples.length * width);
  for (const [row, example] of examples.entries()) {
    const own = scoresOf.get(example.id)!;
    for (let label = 0; label < width; label++) scores[row * width + label] = Number(own[labels[label]]);
  }
  return withTruth(examples, task, labels, scores);
}

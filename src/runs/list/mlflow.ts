/**
 * Runs as MLflow's file store holds them: `<experiment id>/<run id>/` with `meta.yaml`, and one file per parameter,
 * metric and tag. MLflow reads the folder as its tracking URI, or moves it into a database.
 */
import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { exists, explainWriteError, makeFolder, writeWhole } from '../../base/files.js';
import { flatten } from '../compare/settings.js';
import { RUN_FILES, type RunFile, runPath } from '../layout.js';
import { epochsOf, readEnvironment } from '../read.js';
import type { ListedRun } from './find-runs.js';

/** `RunStatus` of MLflow. */
const STATUS = { finished: 3, part: 3, broken: 4, unfinished: 5 } as const;

/** `SourceType.LOCAL` of MLflow. */
const LOCAL = 4;

/** Files of a run that are copied: without checkpoints and weights, which a tag leads to. */
const ARTIFACTS: readonly RunFile[] = [
  'report',
  'metrics',
  'predictions',
  'config',
  'environment',
  'log',
  'conditions',
];

/** The longest value of a parameter that MLflow takes. */
const LONGEST_PARAMETER = 6000;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Writes runs into a folder, each under an id that its own folder decides, so that a second export replaces the first
 * one. An experiment of the same name that the folder has already is used; other runs in it are kept. Returns the folders
 * of the runs. Throws a Failure when the folder cannot be written.
 */
export async function exportToMlflow(
  runs: readonly ListedRun[],
  { out, experiment }: { out: string; experiment: string },
): Promise<string[]> {
  const root = resolve(out);
  const id = await experimentId(root, experiment);
  const folders: string[] = [];
  for (const run of runs) folders.push(await writeRun(run, join(root, id), id));
  return folders;
}

/** The id of an experiment, which is made where there is none of the name. */
async function experimentId(root: string, name: string): Promise<string> {
  for (const entry of await readdir(root).catch((): string[] => [])) {
    const text = await readFile(join(root, entry, 'meta.yaml'), 'utf8').catch(() => null);
    const meta = text === null ? null : (parse(text) as { name?: unknown; experiment_id?: unknown } | null);
    if (meta?.name === name) return String(meta.experiment_id ?? entry);
  }
  // MLflow's own are 18 digits.
  const id = String(BigInt(`0x${hash(name).slice(0, 16)}`) % 10n ** 18n).padStart(18, '1');
  const now = Date.now();
  await writeWhole(
    join(root, id, 'meta.yaml'),
    stringify({
      artifact_location: pathToFileURL(join(root, id)).href,
      creation_time: now,
      experiment_id: id,
      last_update_time: now,
      lifecycle_stage: 'active',
      name,
    }),
  );
  return id;
}

async function writeRun(run: ListedRun, experimentFolder: string, experiment: string): Promise<string> {
  const id = hash(resolve(run.folder)).slice(0, 32);
  const folder = join(experimentFolder, id);
  const seconds = run.metrics.training_seconds ?? 0;
  const end = run.changed.getTime();
  const start = Math.round(end - seconds * 1000);
  await rm(folder, { recursive: true, force: true });
  for (const part of ['params', 'metrics', 'tags', 'artifacts']) await makeFolder(join(folder, part));
  await writeFiles(join(folder, 'params'), parametersOf(run));
  await writeFiles(join(folder, 'metrics'), await metricsOf(run, start, end));
  await writeFiles(join(folder, 'tags'), await tagsOf(run));
  for (const file of ARTIFACTS) {
    const path = runPath(run.folder, file);
    if (await exists(path)) await copyFile(path, join(folder, 'artifacts', RUN_FILES[file]));
  }
  // Last, because MLflow takes a folder with it for a whole run.
  await writeWhole(
    join(folder, 'meta.yaml'),
    stringify({
      artifact_uri: pathToFileURL(join(folder, 'artifacts')).href,
      end_time: end,
      entry_point_name: '',
      experiment_id: experiment,
      lifecycle_stage: 'active',
      run_id: id,
      run_name: run.name || run.folder,
      source_name: '',
      source_type: LOCAL,
      source_version: '',
      start_time: start,
      status: STATUS[run.state],
      tags: [],
      user_id: userInfo().username,
    }),
  );
  return folder;
}

/** Writes many small files, one after the other; the run counts only when its `meta.yaml` is there. */
async function writeFiles(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, text] of files) {
    const path = join(folder, name);
    await writeFile(path, text).catch((error: unknown) => {
      throw explainWriteError(path, error);
    });
  }
}

/** Characters that a key of MLflow may have; a slash would make a folder. */
const keyOf = (name: string): string => name.replace(/[^\p{Letter}\p{Number}_.\- ]/gu, '_');

function parametersOf({ config }: ListedRun): Map<string, string> {
  return new Map([...flatten(config)].map(([key, value]) => [keyOf(key), value.slice(0, LONGEST_PARAMETER)]));
}

/** Curves by epoch, then the numbers of the test split: lines of a time in milliseconds, a value and a step. */
async function metricsOf(run: ListedRun, start: number, end: number): Promise<Map<string, string>> {
  const lines = new Map<string, string>();
  const add = (key: string, time: number, value: number | null, step: number): void => {
    if (value !== null) lines.set(key, `${lines.get(key) ?? ''}${Math.round(time)} ${value} ${step}\n`);
  };
  let time = start;
  for (const record of await epochsOf(run.folder)) {
    time += record.seconds * 1000;
    add('train_loss', time, record.train_loss, record.epoch);
    add('validation_loss', time, record.validation_loss, record.epoch);
    add('learning_rate', time, record.learning_rate, record.epoch);
    if (record.metric !== 'loss')
      add(`validation_${record.metric}`, time, record.validation_metric, record.epoch);
  }
  for (const [name, value] of Object.entries(run.metrics)) add(`test_${name}`, end, value, run.epochs);
  return lines;
}

async function tagsOf(run: ListedRun): Promise<Map<string, string>> {
  const environment = await readEnvironment(run.folder).catch((): Record<string, unknown> => ({}));
  const tags: Record<string, unknown> = {
    'mlflow.runName': run.name || run.folder,
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': 'polytag',
    'mlflow.user': userInfo().username,
    'mlflow.source.git.commit': environment.git_revision,
    'polytag.folder': resolve(run.folder),
    'polytag.model': run.model,
    'polytag.state': run.state,
    'polytag.remark': run.remark,
    'polytag.version': environment.polytag,
    'polytag.engine': environment.engine_version,
    'polytag.data_fingerprint': environment.data_fingerprint,
  };
  return new Map(
    Object.entries(tags).flatMap(([key, value]) =>
      value === undefined || value === null || value === '' ? [] : [[key, String(value)]],
    ),
  );
}

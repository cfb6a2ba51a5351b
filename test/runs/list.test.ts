/** polytag runs: the list of runs, its order, and the export to MLflow. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findRuns, type ListedRun } from '../../src/runs/list/find-runs.js';
import { exportToMlflow } from '../../src/runs/list/mlflow.js';
import { sortRuns } from '../../src/runs/list/sort-runs.js';
import { expectSentence, runHere } from '../cli/in-process.js';
import { isMissing, PYTHON } from '../requirements.js';

const noMlflow = await isMissing('mlflow');

let folder: string;
let reports: string;
const FINISHED = new Date('2026-03-01T12:00:00Z');

const METRICS = {
  task: 'classification',
  protocol: 'p',
  split: 'test',
  examples: 30,
  bootstrap: { samples: 10, unit: 'song', groups: 30 },
  training: { epochs: 2, seconds: 10, best_epoch: 2 },
  labels: 2,
  undefined_labels: [],
  roc_auc: { macro: 0.75, micro: null, weighted: 0.7, ci95: [0.6, 0.8] },
  pr_auc: { macro: 0.5, micro: 0.5, weighted: 0.5, ci95: null },
  accuracy: 0.6,
  accuracy_ci95: [0.5, 0.7],
  f1: { macro: 0.55, micro: 0.6, weighted: 0.6, ci95: null },
  majority_baseline: { accuracy: 0.5 },
  per_example: null,
  confusion: [[1, 2]],
  per_label: [{ label: 'a', positives: 3, roc_auc: 0.1, pr_auc: 0.1, f1: 0.1, threshold: 0.5 }],
};

interface Made {
  auc?: number;
  notes?: string[];
  isFinished?: boolean;
}

async function makeRun(
  name: string,
  { auc = 0.75, notes = [], isFinished = true }: Made = {},
): Promise<void> {
  const run = join(reports, name);
  await mkdir(run, { recursive: true });
  const write = (file: string, text: string): Promise<void> => writeFile(join(run, file), text);
  await write(
    'config.yaml',
    'name: tiny/one\nseed: 3\ndata: { set: mtat, root: /data }\nmodel:\n  branches: { mel: { channels: [4, 8] } }\n  fusion: { kind: gated }\ntraining: { optimizer: { learning_rate: 0.01 } }\n',
  );
  await write('environment.json', JSON.stringify({ polytag: '0.1.0', git_revision: 'abc', notes }));
  const epoch = {
    train_loss: 1.5,
    validation_loss: 1.25,
    metric: 'roc_auc',
    validation_metric: 0.7,
    learning_rate: 0.01,
    seconds: 4,
  };
  await write('log.jsonl', [1, 2].map((n) => `${JSON.stringify({ epoch: n, ...epoch })}\n`).join(''));
  await write('report.html', '<p>report</p>');
  if (!isFinished) return;
  await write('metrics.json', JSON.stringify({ ...METRICS, roc_auc: { ...METRICS.roc_auc, macro: auc } }));
  await utimes(join(run, 'metrics.json'), FINISHED, FINISHED);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-runs-'));
  reports = join(folder, 'reports');
  await makeRun('plain');
  await makeRun('study/runs/a/seed-1', { auc: 0.9 });
  await makeRun('plain-fast-dev-run', {
    auc: 0.99,
    notes: ['--fast-dev-run: at most 8 examples of each split are used.'],
  });
  await makeRun('stopped', { isFinished: false });
  await makeRun('broken');
  await writeFile(join(reports, 'broken', 'metrics.json'), '{"roc_auc": ');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const names = (runs: readonly ListedRun[]): string[] =>
  runs.map((run) => run.folder.slice(reports.length + 1));

describe('the list', () => {
  it('finds runs at any depth, and says of each what it is', async () => {
    const runs = await findRuns(reports);
    expect(runs.map(({ state, remark }, i) => [names(runs)[i], state, remark])).toEqual([
      ['broken', 'broken', expect.stringMatching(/^metrics\.json is damaged \(.*JSON/)],
      ['plain', 'finished', ''],
      ['plain-fast-dev-run', 'part', 'fast-dev-run'],
      ['stopped', 'unfinished', 'after 2 epochs'],
      ['study/runs/a/seed-1', 'finished', ''],
    ]);
    expect(runs[1]).toMatchObject({ name: 'tiny/one', seed: 3, epochs: 2, model: 'mel, gated' });
    expect(runs[1].metrics).toEqual({
      examples: 30,
      training_epochs: 2,
      training_seconds: 10,
      training_best_epoch: 2,
      labels: 2,
      roc_auc_macro: 0.75,
      roc_auc_micro: null,
      roc_auc_weighted: 0.7,
      pr_auc_macro: 0.5,
      pr_auc_micro: 0.5,
      pr_auc_weighted: 0.5,
      accuracy: 0.6,
      f1_macro: 0.55,
      f1_micro: 0.6,
      f1_weighted: 0.6,
      majority_baseline_accuracy: 0.5,
    });
  });

  it('takes a run itself', async () => {
    expect(names(await findRuns(join(reports, 'plain')))).toEqual(['plain']);
  });

  it('sorts by a metric, the best first, runs without it last', async () => {
    const runs = await findRuns(reports);
    expect(names(sortRuns(runs, 'roc_auc_macro')).slice(0, 3)).toEqual([
      'plain-fast-dev-run',
      'study/runs/a/seed-1',
      'plain',
    ]);
    const rmse = [0.3, null, 0.1].map((value, i) => ({ ...runs[i], metrics: { rmse_macro: value } }));
    expect(sortRuns(rmse, 'rmse_macro').map(({ metrics }) => metrics.rmse_macro)).toEqual([0.1, 0.3, null]);
    expect(() => sortRuns(runs, 'roc_auc')).toThrow(/^--sort: no run has "roc_auc"; the nearest is "/);
  });

  it('prints a table, and JSON', async () => {
    const { code, stdout, stderr } = await runHere('runs', reports, '--sort', 'roc_auc_macro');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(`${reports}/`, '').split(/ {2,}/));
    expect([code, rows[0]]).toEqual([
      0,
      ['run', 'state', 'ROC-AUC', 'PR-AUC', 'accuracy', 'F1', 'seed', 'epochs', 'model'],
    ]);
    expect(rows[1].slice(0, 3)).toEqual(['plain-fast-dev-run', 'fast-dev-run', '0.9900']);
    expect(stderr).toMatch(/broken is broken: metrics\.json is damaged/);
    const { stdout: json } = await runHere('runs', reports, '--json');
    const parsed = JSON.parse(json) as { config: { seed: number }; metrics: { accuracy: number } }[];
    expect([parsed.length, parsed[1].config.seed, parsed[1].metrics.accuracy]).toEqual([5, 3, 0.6]);
    expectSentence(await runHere('runs', join(folder, 'nowhere')), 2, /there is no folder .*nowhere/);
  });
});

describe('the export to MLflow', () => {
  const out = (): string => join(folder, 'mlruns');

  it('has the layout of its file store', async () => {
    const { code, stdout, stderr } = await runHere(
      'runs',
      'export',
      '--to',
      'mlflow',
      out(),
      '--reports',
      reports,
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('3 runs left out')]);
    const [experiment, ...others] = await readdir(out());
    expect([others, experiment]).toEqual([[], expect.stringMatching(/^\d{18}$/)]);
    expect(parse(await readFile(join(out(), experiment, 'meta.yaml'), 'utf8'))).toEqual({
      artifact_location: pathToFileURL(join(out(), experiment)).href,
      creation_time: expect.any(Number) as number,
      experiment_id: experiment,
      last_update_time: expect.any(Number) as number,
      lifecycle_stage: 'active',
      name: 'reports',
    });
    const [run] = stdout.split('\n');
    expect((await readdir(run)).sort()).toEqual(['artifacts', 'meta.yaml', 'metrics', 'params', 'tags']);
    const id = run.split('/').at(-1);
    expect(parse(await readFile(join(run, 'meta.yaml'), 'utf8'))).toMatchObject({
      artifact_uri: pathToFileURL(join(run, 'artifacts')).href,
      end_time: FINISHED.getTime(),
      start_time: FINISHED.getTime() - 10_000,
      experiment_id: experiment,
      run_id: id,
      run_name: 'tiny/one',
      status: 3,
      lifecycle_stage: 'active',
    });
    const text = (...parts: string[]): Promise<string> => readFile(join(run, ...parts), 'utf8');
    expect(await text('params', 'model.branches.mel.channels')).toBe('[4,8]');
    expect(await text('params', 'training.optimizer.learning_rate')).toBe('0.01');
    expect(await text('metrics', 'test_roc_auc_macro')).toBe(`${FINISHED.getTime()} 0.75 2\n`);
    const begin = FINISHED.getTime() - 10_000;
    expect(await text('metrics', 'validation_roc_auc')).toBe(
      `${begin + 4000} 0.7 1\n${begin + 8000} 0.7 2\n`,
    );
    expect(await text('tags', 'mlflow.source.git.commit')).toBe('abc');
    expect((await readdir(join(run, 'artifacts'))).sort()).toEqual([
      'config.yaml',
      'environment.json',
      'log.jsonl',
      'metrics.json',
      'report.html',
    ]);
  });

  it('replaces its runs the second time, and uses an experiment that is there', async () => {
    const runs = await findRuns(join(reports, 'study'));
    const place = join(folder, 'again');
    await mkdir(join(place, '42'), { recursive: true });
    await writeFile(join(place, '42', 'meta.yaml'), `experiment_id: '42'\nname: mine\n`);
    const first = await exportToMlflow(runs, { out: place, experiment: 'mine' });
    expect(await exportToMlflow(runs, { out: place, experiment: 'mine' })).toEqual(first);
    expect(first[0]).toContain(join(place, '42'));
    expect((await readdir(join(place, '42'))).length).toBe(2);
  });

  it.skipIf(noMlflow)('is read by MLflow', { timeout: 60_000 }, async () => {
    const script = `
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1])
experiment = client.get_experiment_by_name('reports')
runs = client.search_runs([experiment.experiment_id], order_by=['metrics.test_roc_auc_macro DESC'])
best = runs[0]
print(json.dumps({
  'count': len(runs), 'status': best.info.status, 'name': best.info.run_name,
  'params': best.data.params, 'metrics': best.data.metrics, 'tags': best.data.tags,
  'history': [[m.step, m.value] for m in client.get_metric_history(best.info.run_id, 'train_loss')],
  'artifacts': sorted(a.path for a in client.list_artifacts(best.info.run_id)),
}))`;
    const { stdout } = await promisify(execFile)(PYTHON, ['-c', script, pathToFileURL(out()).href], {
      env: { ...process.env, MLFLOW_ALLOW_FILE_STORE: 'true' },
    });
    const read = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    expect(read).toMatchObject({ count: 2, status: 'FINISHED', name: 'tiny/one' });
    expect(read.params).toMatchObject({ seed: '3', 'model.fusion.kind': 'gated' });
    expect(read.metrics).toMatchObject({ test_roc_auc_macro: 0.9, train_loss: 1.5, test_accuracy: 0.6 });
    expect(read.tags).toMatchObject({ 'polytag.model': 'mel, gated', 'polytag.state': 'finished' });
    expect(read.history).toEqual([
      [1, 1.5],
      [2, 1.5],
    ]);
    expect(read.artifacts).toContain('report.html');
  });
});

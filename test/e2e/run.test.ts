import { cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readParquet } from '../../src/base/parquet.js';
import { loadConfig } from '../../src/config/load.js';
import { examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import type { Metrics } from '../../src/eval/metrics.js';
import { openModelFolder } from '../../src/hub/model-folder.js';
import { readPredictions } from '../../src/runs/read.js';
import { lossOf } from '../../src/training/losses/index.js';
import { predict } from '../../src/training/predict.js';
import { prepare } from '../../src/training/prepare.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
let outcome: Outcome;
let out: string;

beforeAll(async () => {
  workplace = await makeWorkplace();
  out = join(workplace.folder, 'run');
  outcome = await polytag(['run', workplace.config, '--out', out, '--json'], { cwd: workplace.folder });
});
afterAll(() => workplace.remove());

const read = (name: string): Promise<string> => readFile(join(out, name), 'utf8');
const json = async <T>(name: string): Promise<T> => JSON.parse(await read(name)) as T;

/** The rows of `predictions.parquet`. */
const rowsOf = readPredictions;

const ratio = expect.toSatisfy((x: unknown) => x === null || (typeof x === 'number' && x >= 0 && x <= 1));
const interval = expect.toSatisfy(
  (x: unknown) => x === null || (Array.isArray(x) && x.length === 2 && x[0] <= x[1]),
);

describe('polytag run', () => {
  it('ends with code 0, the metrics on standard output and everything else on standard error', async () => {
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    expect(JSON.parse(outcome.stdout)).toEqual(await json('metrics.json'));
  });

  it('fills the folder of the run as its contract says', async () => {
    expect((await readdir(out)).sort()).toEqual([
      'SHA256SUMS',
      'checkpoints',
      'config.yaml',
      'environment.json',
      'figures',
      'log.jsonl',
      'metrics.json',
      'model',
      'predictions.parquet',
      'report.html',
      'tables',
      'tensorboard',
    ]);
    expect((await readdir(join(out, 'model'))).sort()).toEqual([
      'SHA256SUMS',
      'model.json',
      'seen.parquet',
      'weights.safetensors',
    ]);
    expect((await readdir(join(out, 'checkpoints'))).length).toBeGreaterThan(0);
    const [curves, end, ...steps] = (await readdir(join(out, 'tensorboard'))).sort();
    const eventFile = expect.stringMatching(/^events\.out\.tfevents\.\d+/) as string;
    expect([curves, end, steps]).toEqual([eventFile, eventFile, ['steps']]);
    expect(await readdir(join(out, 'tensorboard', 'steps'))).toEqual([eventFile]);
    for (const file of [curves, end])
      expect((await stat(join(out, 'tensorboard', file))).size).toBeGreaterThan(100);
    const figures = await readdir(join(out, 'figures'));
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures) expect(await read(join('figures', figure))).toMatch(/^<svg|^<\?xml/);
    const tables = await readdir(join(out, 'tables'));
    expect(tables.filter((name) => name.endsWith('.csv')).length).toBeGreaterThan(0);
    expect(tables.filter((name) => name.endsWith('.tex')).length).toBeGreaterThan(0);
  });

  it('writes metrics.json with the keys of its contract', async () => {
    const metrics = await json<Metrics>('metrics.json');
    const rank = expect.objectContaining({ macro: ratio, micro: ratio, ci95: interval });
    expect(metrics).toEqual(
      expect.objectContaining({
        task: 'tagging',
        protocol: expect.stringMatching(/^top-12 tags, labelled clips, official split$/),
        split: 'test',
        examples: (await rowsOf(out)).length,
        labels: 12,
        roc_auc: rank,
        pr_auc: rank,
        accuracy: ratio,
        f1: expect.objectContaining({ macro: ratio, micro: ratio, weighted: ratio }),
        majority_baseline: { accuracy: ratio, difference_ci95: [expect.any(Number), expect.any(Number)] },
        training: { epochs: 2, seconds: expect.any(Number), best_epoch: expect.toBeOneOf([1, 2]) },
      }),
    );
    expect(metrics.per_label).toHaveLength(12);
    for (const label of metrics.per_label)
      expect(label).toEqual({
        label: expect.any(String),
        positives: expect.any(Number),
        roc_auc: ratio,
        pr_auc: ratio,
        f1: ratio,
        threshold: ratio,
        accuracy_threshold: expect.any(Number),
      });
    const undefinedLabels = metrics.per_label.filter(({ roc_auc }) => roc_auc === null);
    expect(undefinedLabels.map(({ label }) => label)).toEqual(metrics.undefined_labels);
  });

  it('records what the numbers depend on in environment.json', async () => {
    const engine = await loadEngine();
    expect(await json('environment.json')).toMatchObject({
      polytag: expect.stringMatching(/^\d+\.\d+\.\d+/),
      node: process.version,
      engine: engine.name,
      engine_version: engine.version,
      threads: engine.threads,
      seed: 1,
      data_fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      segmenter: expect.toBeOneOf(['nodejieba', 'intl']),
      notes: expect.any(Array),
    });
  });

  it('writes a line an epoch to log.jsonl', async () => {
    const lines = (await read('log.jsonl'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(Object.keys(lines[0])).toEqual([
      'epoch',
      'train_loss',
      'validation_loss',
      'metric',
      'validation_metric',
      'learning_rate',
      'seconds',
    ]);
  });

  it('writes predictions.parquet with a row for each test clip: what it is, a score for each label, the truth', async () => {
    const config = await loadConfig(join(out, 'config.yaml'));
    const dataset = await loadDataset(config.data);
    const rows = await rowsOf(out);
    const { rows: raw } = await readParquet(await readFile(join(out, 'predictions.parquet')));
    expect(Object.keys(raw[0])).toEqual([
      ...['id', 'path', 'split', 'song', 'title', 'artist'],
      ...dataset.labels,
      ...dataset.labels.map((label) => `true/${label}`),
    ]);
    const examples = examplesOf(dataset, 'test');
    expect(rows.map(({ scores, ...row }) => row)).toEqual(
      examples.map(({ id, audio, split, song, title, artist, targets }) => ({
        ...{ id, path: relative(dataset.root, audio!), split, song, title, artist },
        truth: Object.fromEntries(dataset.labels.map((label, i) => [label, targets[i]])),
      })),
    );
    for (const { scores } of rows) for (const label of dataset.labels) expect(scores[label]).toEqual(ratio);
  });

  it('writes a report that is whole in itself and says that the corpus is synthetic', async () => {
    const report = await read('report.html');
    expect(report).toMatch(/^<!doctype html>/i);
    expect(report).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
    expect(report).toMatch(/synthetic/i);
    expect(report.trimEnd()).toMatch(/<\/html>$/);
  });

  it('runs its own config.yaml again to the same config and the same weights', async () => {
    const again = join(workplace.folder, 'again');
    const { code, stderr } = await polytag(['run', join(out, 'config.yaml'), '--out', again], {
      cwd: workplace.folder,
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    expect(await readFile(join(again, 'config.yaml'), 'utf8')).toBe(await read('config.yaml'));
    const weights = join('model', 'weights.safetensors');
    expect((await readFile(join(again, weights))).equals(await readFile(join(out, weights)))).toBe(true);
    expect(await rowsOf(again)).toEqual(await rowsOf(out));
  });

  it('leaves a model that gives the very scores of predictions.parquet when it is loaded', async () => {
    await loadEngine();
    const predictor = await openModelFolder(join(out, 'model'));
    const { description } = predictor;
    const config = await loadConfig(join(out, 'config.yaml'));
    expect(description).toMatchObject({
      ...{ task: 'tagging', spec: config.model },
      inputs: { ...config.inputs, store: null },
    });
    expect(await read(join('model', 'model.json'))).not.toContain(workplace.folder);
    expect(description.thresholds).toHaveLength(12);
    const prepared = await prepare(config, await loadDataset(config.data), { onNote: () => {} });
    try {
      expect(prepared.texts.lyrics.vocabulary).toEqual(description.vocabularies.lyrics);
      const { predictions } = await predict(
        predictor,
        prepared.batches,
        examplesOf(prepared.dataset, 'test'),
        {
          task: 'tagging',
          labels: description.labels,
          batchSize: config.evaluation.batch_size,
          loss: lossOf(config.loss, { task: 'tagging' }),
        },
      );
      const stored = (await rowsOf(out)).flatMap(({ scores }) =>
        description.labels.map((label) => scores[label]),
      );
      expect([...predictions.scores]).toEqual(stored);
    } finally {
      predictor.dispose();
      prepared.store?.close();
    }
  });

  it('says what is wrong with a model that is missing or damaged', async () => {
    await expect(openModelFolder(join(workplace.folder, 'nowhere'))).rejects.toThrow(/holds no model/);
    const copy = join(workplace.folder, 'copy');
    await cp(join(out, 'model'), copy, { recursive: true });
    await writeFile(join(copy, 'weights.safetensors'), 'no weights, but some bytes of text');
    await expect(openModelFolder(copy)).rejects.toThrow(
      /cannot be read \(.+\); copy it again, or train it again/,
    );
    await rm(join(copy, 'weights.safetensors'));
    await expect(openModelFolder(copy)).rejects.toThrow(/cannot be read/);
    await rm(join(copy, 'SHA256SUMS'));
    await writeFile(join(copy, 'model.json'), '{"format": "polytag-model/99"}');
    await expect(openModelFolder(copy)).rejects.toThrow(/its format is "polytag-model\/99"/);
  });

  it('refuses a folder that holds a run, replaces it with --overwrite, and finds it finished with --resume', async () => {
    const folder = join(workplace.folder, 'again');
    const run = (...more: string[]): Promise<Outcome> =>
      polytag(['run', workplace.config, 'seed=2', '--out', folder, ...more], { cwd: workplace.folder });
    const refused = await run();
    expect([refused.code, refused.stderr]).toEqual([
      2,
      `${folder} already holds a run; add --resume to continue it, --overwrite to replace it, or give another folder with --out.\n`,
    ]);
    const foreign = await run('--resume');
    expect([foreign.code, foreign.stderr]).toEqual([1, expect.stringContaining('are of another experiment')]);
    expect(parse(await readFile(join(folder, 'config.yaml'), 'utf8'))).toMatchObject({ seed: 1 });
    const replaced = await run('--overwrite');
    expect([replaced.code, replaced.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    expect(parse(await readFile(join(folder, 'config.yaml'), 'utf8'))).toMatchObject({ seed: 2 });
    const before = await readFile(join(folder, 'metrics.json'), 'utf8');
    const resumed = await run('--resume');
    expect([resumed.code, resumed.stderr]).toEqual([0, expect.stringContaining('Report: ')]);
    expect(JSON.parse(await readFile(join(folder, 'metrics.json'), 'utf8'))).toEqual(JSON.parse(before));
  });

  it('runs on WebAssembly when it is asked to, and says so in environment.json', async () => {
    const folder = join(workplace.folder, 'wasm');
    const { code, stderr } = await polytag(['run', workplace.config, '--out', folder, '--fast-dev-run'], {
      cwd: workplace.folder,
      env: { POLYTAG_ENGINE: 'wasm' },
    });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Engine wasm \(tfjs-backend-wasm/m)]);
    expect(JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8'))).toMatchObject({
      engine: 'wasm',
      engine_version: expect.stringMatching(/^tfjs-backend-wasm \d/),
      threads: 1,
      gpu: null,
    });
  });
});

describe('polytag evaluate', () => {
  it('gives the run’s numbers again, and writes them to --out', async () => {
    const folder = join(workplace.folder, 'evaluated');
    const { code, stdout } = await polytag(['evaluate', out, '--json', '--out', folder], {
      cwd: workplace.folder,
    });
    const { training, ...ofRun } = await json<Metrics>('metrics.json');
    expect(code).toBe(0);
    expect(training?.epochs).toBe(2);
    expect(JSON.parse(stdout)).toEqual(ofRun);
    expect(await rowsOf(folder)).toEqual(await rowsOf(out));
  });

  it('evaluates another split', async () => {
    const { code, stdout } = await polytag(['evaluate', out, '--json', '--split', 'validation'], {
      cwd: workplace.folder,
    });
    const metrics = JSON.parse(stdout) as Metrics;
    expect([code, metrics.split]).toEqual([0, 'validation']);
  });

  it.each([
    [['model.fusion.heads=1'], /^"model\.fusion\.heads=1" would change the trained model/],
    [['data.top_tags=3'], /are not those of the model: there are 3, the model has 12/],
    [
      ['data.target=mood'],
      /^The task of .* is classification, the model's tagging; evaluate on the data\.target/,
    ],
  ])('refuses %s with code 2 and a sentence', async (overrides, message) => {
    const { code, stderr } = await polytag(['evaluate', out, ...overrides], { cwd: workplace.folder });
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(message);
  });

  it('says that a folder holds no run', async () => {
    const { code, stderr } = await polytag(['evaluate', workplace.folder], { cwd: workplace.folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no config')]);
  });
});

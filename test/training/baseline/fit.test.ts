/** How a baseline is chosen, stored, stopped and read back. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/base/errors.js';
import { resolveConfig } from '../../../src/config/load.js';
import type { Example, Split } from '../../../src/data/dataset.js';
import { readModelDescription } from '../../../src/hub/model-folder.js';
import { BASELINE_FORMAT, type BaselineDescription } from '../../../src/models/baselines/predictor.js';
import { fullRows } from '../../../src/models/baselines/rows.js';
import type { BaselineSpec } from '../../../src/models/baselines/spec.js';
import { type FeatureSource, oneWindowEach } from '../../../src/training/baseline/feature-source.js';
import {
  type FitContext,
  fitBaseline,
  scoreBaseline,
  yieldOrStop,
} from '../../../src/training/baseline/fit.js';
import { foldsOf, partsOf, pooledPredictions } from '../../../src/training/baseline/folds.js';
import { loadBaseline, saveBaseline } from '../../../src/training/baseline/stored-baseline.js';
import { topTermsPerLabel } from '../../../src/training/baseline/top-terms.js';

const example = (i: number, split: Split): Example => ({
  id: `${split}${i}`,
  audio: null,
  lyrics: null,
  split,
  song: null,
  artist: null,
  title: '',
  targets: Uint8Array.of(Number(i % 2 === 0), Number(i % 2 === 1)),
});

const PARTS = { train: 20, validation: 8, test: 10 };
const examples = (Object.keys(PARTS) as Split[]).flatMap((split) =>
  Array.from({ length: PARTS[split] }, (_, i) => example(i, split)),
);
const of = (split: Split): Example[] => examples.filter((one) => one.split === split);

const columnsOf = (some: readonly Example[]): Float32Array =>
  Float32Array.from(
    some.flatMap(({ id, targets }) => [/3$/.test(id) ? 1 - targets[1] : targets[1], 0.1 * id.length]),
  );

/** One column that tells the classes apart but for some examples. */
const source: FeatureSource = {
  dataset: {
    name: 'test',
    root: '/',
    protocol: 'test',
    task: 'classification',
    labels: ['even', 'odd'],
    examples,
    synthetic: null,
    fingerprint: '',
    notes: [],
    audioAdvice: 'look',
  },
  segmenter: null,
  dictionary: null,
  fit: (train) => ({
    terms: ['odd', 'more'],
    arrays: new Map([
      ['rows', { shape: [1], values: Float32Array.of(train.length) }],
      ['means', { shape: [2], values: Float32Array.of(0, 0) }],
      ['deviations', { shape: [2], values: Float32Array.of(1, 1) }],
    ]),
  }),
  close: () => {},
  windows: (_, all) => oneWindowEach(all, (some) => ({ mfcc: columnsOf(some) })),
  rows: (_, some) => fullRows(columnsOf(some), 2),
};

const notes: string[] = [];

function contextOf(classifier: Record<string, unknown>, more: Record<string, unknown> = {}): FitContext {
  const config = resolveConfig({ model: { baseline: { features: { kind: 'mfcc' }, classifier, ...more } } });
  return {
    spec: config.model.baseline as BaselineSpec,
    config,
    source,
    task: 'classification',
    labels: ['even', 'odd'],
    onNote: (note) => notes.push(note),
    yieldToEventLoop: yieldOrStop(),
  };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-baseline-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const DESCRIPTION: Omit<BaselineDescription, 'spec'> = {
  format: BASELINE_FORMAT,
  name: 'test',
  task: 'classification' as const,
  labels: ['even', 'odd'],
  thresholds: null,
  chosen: { k: 1 },
  inputs: resolveConfig({
    inputs: { mfcc: { coefficients: 1 } },
    model: { baseline: { features: { kind: 'mfcc' }, classifier: { kind: 'k-nn' } } },
  }).inputs,
  terms: ['odd', 'more'],
  trained_on: { dataset: 'test', protocol: 'test', fingerprint: '', synthetic: null },
};

describe('fitBaseline', () => {
  it('of settings with the same score takes the one with the lowest loss, and says both', async () => {
    notes.length = 0;
    const tied = contextOf({ kind: 'logistic-regression', C: [0.001, 1, 10] });
    const accuracy = { ...tied, config: { ...tied.config } };
    accuracy.config.training = {
      ...tied.config.training,
      early_stopping: { ...tied.config.training.early_stopping, metric: 'accuracy' },
    };
    const { tried, point } = await fitBaseline(accuracy, examples, examples);
    expect(new Set(tried.map(({ score }) => score)).size).toBe(1);
    const losses = tried.map(({ loss }) => loss!);
    expect(point).toEqual(tried[losses.indexOf(Math.min(...losses))].point);
    expect(point).not.toEqual(tried[0].point);
    expect(notes).toContainEqual(
      '3 of 3 settings have the same validation accuracy; the one with the lowest validation loss is taken.',
    );
    expect(notes).toContainEqual(
      expect.stringMatching(
        /too few to choose the setting by: .*, and the settings differ by 0\.000 at most\.$/,
      ),
    );
  });

  it('takes what does best on the validation split, the first of equals, and records all', async () => {
    const { point, tried, thresholds } = await fitBaseline(
      contextOf({ kind: 'k-nn', k: [20, 5, 7] }),
      of('train'),
      of('validation'),
    );
    expect(tried.map((one) => one.point)).toEqual([{ k: 20 }, { k: 5 }, { k: 7 }]);
    // Asked for all of them, the neighbours say the same of everybody.
    expect(tried[0].score).toBe(0.5);
    expect(tried[1].score).toBe(tried[2].score);
    expect(point).toEqual({ k: 5 });
    expect(thresholds).toBeNull();
  });

  it('tries nothing where there is one setting, and fits to both parts where that is wanted', async () => {
    const one = await fitBaseline(contextOf({ kind: 'k-nn', k: 3 }), of('train'), of('validation'));
    expect(one.tried).toEqual([{ point: { k: 3 }, score: null, loss: null }]);
    expect([...one.features.arrays.get('rows')!.values]).toEqual([20]);
    const context = contextOf({ kind: 'k-nn', k: 3 }, { refit: true });
    const both = await fitBaseline(context, of('train'), of('validation'));
    expect([...both.features.arrays.get('rows')!.values]).toEqual([28]);
    expect(both.classifier.get('rows')!.shape).toEqual([28, 2]);
  });

  it('asks all neighbours where there are fewer than wanted, and says so', async () => {
    notes.length = 0;
    await fitBaseline(contextOf({ kind: 'k-nn', k: 50 }), of('train'), of('validation'));
    expect(notes).toEqual(['50 neighbours are more than the 20 training tracks: all of them are used.']);
  });

  it('stops where a signal came', async () => {
    const context = { ...contextOf({ kind: 'svm-rbf' }), yieldToEventLoop: yieldOrStop(AbortSignal.abort()) };
    await expect(fitBaseline(context, of('train'), of('validation'))).rejects.toThrow(Interrupted);
  });
});

describe('a stored baseline', () => {
  it('says what the fitted one says, and names its terms', async () => {
    const context = contextOf({ kind: 'logistic-regression', C: 1 });
    const fitted = await fitBaseline(context, of('train'), of('validation'));
    const made = { ...fitted, description: { ...DESCRIPTION, spec: context.spec } };
    await saveBaseline(folder, made);
    const stored = await loadBaseline(folder);
    expect(scoreBaseline(source, stored, of('test'), null)).toEqual(
      scoreBaseline(source, made, of('test'), null),
    );
    expect(stored.description.terms).toEqual(['odd', 'more']);
    const terms = topTermsPerLabel(context.spec, [stored], context.labels, { count: 2, exclusive: true })!;
    expect(terms[1].for[0].term).toBe('odd');
    expect(terms[0].against[0].term).toBe('odd');
    await expect(readModelDescription(folder)).rejects.toThrow(
      /holds a baseline \(logistic regression on MFCC means and deviations\).*a network is needed/,
    );
  });

  it('is named where it is damaged or missing', async () => {
    await expect(loadBaseline(join(folder, 'nowhere'))).rejects.toThrow(/model\.json is missing/);
    const weights = join(folder, 'weights.safetensors');
    const whole = await readFile(weights);
    await writeFile(weights, whole.subarray(0, 100));
    await expect(loadBaseline(folder)).rejects.toThrow(/cannot be read/);
    await rm(join(folder, 'SHA256SUMS'));
    await writeFile(join(folder, 'model.json'), '{"format": "other/9"}');
    await expect(loadBaseline(folder)).rejects.toThrow(/its format is "other\/9"/);
  });
});

describe('folds', () => {
  it('put the scores of their parts together in the order of the data set', () => {
    const folds = [0, 1].map(
      (fold) =>
        new Map(of('test').map(({ id }, i): [string, Split] => [id, i % 2 === fold ? 'test' : 'train'])),
    );
    const dataset = { ...source.dataset, examples: of('test'), folds };
    const parts = foldsOf(dataset).map((partOf, fold) => {
      const own = dataset.examples.filter(({ id }) => partOf.get(id) === 'test');
      const scores = Float32Array.from({ length: 2 * own.length }, () => fold);
      return { examples: own, predictions: { ...pooledPredictions(dataset, []).predictions, scores } };
    });
    const { examples: scored, predictions } = pooledPredictions(dataset, parts);
    expect(scored).toEqual(of('test'));
    expect([...predictions.scores]).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1]);
    expect(() => partsOf(dataset, folds[0])).toThrow(/validation split .* could be decoded/);
  });
});

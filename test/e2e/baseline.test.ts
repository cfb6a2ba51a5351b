/** Baselines and tables of tracks as a person types them. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Metrics } from '../../src/eval/metrics.js';
import { readPredictions } from '../../src/runs/read.js';
import { expectSentence, runHere } from '../cli/in-process.js';
import { needsShared, referencePath } from '../reference.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
const type = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: workplace.folder });
const read = (...path: string[]): Promise<string> => readFile(join(workplace.folder, ...path), 'utf8');
const metricsOf = async (run: string): Promise<Metrics> =>
  JSON.parse(await read(run, 'metrics.json')) as Metrics;

const WORDS = { summer: ['sun', 'sand', 'wave'], winter: ['snow', 'ice', 'frost'] };

/** 24 songs in two languages and of two kinds, with lyrics and without sound. */
async function writeSongs(folder: string): Promise<void> {
  await mkdir(join(folder, 'songs', 'lyrics'), { recursive: true });
  const rows = ['id,kind,language,artist'];
  for (let i = 0; i < 24; i++) {
    const kind = i % 2 === 0 ? 'summer' : 'winter';
    rows.push(`s${i},${kind},${i % 4 < 2 ? 'en' : 'de'},a${i >> 2}`);
    const words = WORDS[kind].filter((_, w) => w !== i % 3).join(' ');
    await writeFile(
      join(folder, 'songs', 'lyrics', `s${i}.txt`),
      `${words} ${i % 4 < 2 ? 'the' : 'das'} <b>`,
    );
  }
  await writeFile(join(folder, 'songs', 'tracks.csv'), `${rows.join('\n')}\n`);
  await writeFile(
    join(folder, 'songs.yaml'),
    `name: songs
data: { set: tracks, root: ${join(folder, 'songs')}, target: kind, split: { kind: k-fold, folds: 4, fold: all } }
inputs: { lyrics: { min_count: 1 } }
model: { baseline: { classifier: { kind: logistic-regression, C: [1, 100] } } }
evaluation: { bootstrap_samples: 50, examples: 3 }
`,
  );
}

const BASELINE = ['~model.branches', '~model.fusion'];

beforeAll(async () => {
  workplace = await makeWorkplace();
  await writeSongs(workplace.folder);
});
afterAll(() => workplace.remove());

describe('polytag run with a baseline', () => {
  it('tests every track of a table once over the folds, and writes a whole run', async () => {
    const { code, stdout, stderr } = await type('run', 'songs.yaml', '--out', 'songs-lr');
    expect([code, stderr]).toEqual([0, expect.stringContaining('kind, 2 classes, all 4 folds')]);
    expect(stdout).toContain('accuracy       1.0000');
    expect((await readdir(join(workplace.folder, 'songs-lr'))).sort()).toEqual(
      expect.arrayContaining([
        'config.yaml',
        'environment.json',
        'log.jsonl',
        'model',
        'predictions.parquet',
        'report.html',
      ]),
    );
    const rows = await readPredictions(join(workplace.folder, 'songs-lr'));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(24);
    const page = await read('songs-lr', 'report.html');
    expect(page).toMatch(/Most informative terms.*snow/s);
    expect(page).toContain('&lt;b&gt;');
    expect(page).not.toMatch(/the <b>|das <b>/);
    const record = JSON.parse(await read('songs-lr', 'environment.json'));
    expect(record.baseline.folds).toHaveLength(4);
    expect(record.baseline.folds[0].tried).toEqual([
      { C: 1, score: expect.any(Number) },
      { C: 100, score: expect.any(Number) },
    ]);
  });

  it('evaluates what it stored to the same numbers, and compares', async () => {
    const again = await type('evaluate', 'songs-lr', '--json', '--out', 'again');
    expect([again.code, again.stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(again.stdout)).toEqual(await metricsOf('songs-lr'));
    const nb = await type(
      'run',
      'songs.yaml',
      'model.baseline.classifier.kind=multinomial-nb',
      'name=nb',
      '--out',
      'songs-nb',
    );
    expect([nb.code, nb.stderr]).toEqual([0, expect.any(String)]);
    const { code, stdout, stderr } = await type(
      'compare',
      'songs-lr',
      'songs-nb',
      '--out',
      'both',
      '--samples',
      '50',
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toMatch(/songs-lr|songs /);
  });

  it('reads each track the words of another as a control, and then cannot tell', async () => {
    const { code, stderr } = await type(
      'run',
      'songs.yaml',
      'inputs.lyrics.shuffled=true',
      '--out',
      'shuffled',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('this is the control')]);
    expect((await metricsOf('shuffled')).accuracy).toBeLessThan(0.85);
  });

  it('runs one fold of a network on the same table, and refuses all of them', async () => {
    const network = [
      '~model.baseline',
      'model.branches.lyrics={embedding: 4, filters: 4}',
      'training.epochs=1',
    ];
    const env = { POLYTAG_ENGINE: 'wasm' };
    const all = await polytag(['run', 'songs.yaml', ...network, '--out', 'x'], {
      cwd: workplace.folder,
      env,
    });
    expect([all.code, all.stderr]).toEqual([
      2,
      expect.stringMatching(/data\.split\.fold: all folds in one run are for/),
    ]);
    const one = await polytag(['run', 'songs.yaml', ...network, 'data.split.fold=1', '--out', 'net'], {
      cwd: workplace.folder,
      env,
    });
    expect([one.code, one.stderr]).toEqual([0, expect.stringContaining('fold 1 of 4')]);
    expect((await metricsOf('net')).examples).toBe(6);
  });

  it('trains on MFCC statistics and tags, and gives the same bytes twice', async () => {
    const args = ['run', 'tiny.yaml', ...BASELINE, 'model.baseline.features.kind=mfcc'];
    const svm = 'model.baseline.classifier.kind=svm-rbf';
    for (const out of ['one', 'two']) {
      const { code, stderr } = await type(...args, svm, '--out', out);
      expect([code, stderr]).toEqual([0, expect.any(String)]);
    }
    for (const file of [
      'metrics.json',
      'model/model.json',
      'model/weights.safetensors',
      'predictions.parquet',
    ])
      expect(await readFile(join(workplace.folder, 'one', file))).toEqual(
        await readFile(join(workplace.folder, 'two', file)),
      );
    const metrics = await metricsOf('one');
    expect(metrics.roc_auc.macro).toBeGreaterThan(0.6);
    const again = await type('evaluate', 'one', '--json');
    expect(JSON.parse(again.stdout)).toEqual(metrics);
    const validation = await type('evaluate', 'one', '--split', 'validation', '--json');
    expect(JSON.parse(validation.stdout).split).toBe('validation');
    const tagging = await type('tag', workplace.corpus, '--model', 'one', '--out', 'tags.csv');
    expect([tagging.code, tagging.stderr]).toEqual([0, expect.any(String)]);
    // The same predictor scores the run's test split and a catalogue.
    const rows = (await readFile(join(workplace.folder, 'tags.csv'), 'utf8')).trimEnd().split('\n');
    expect(rows).toHaveLength(65);
    const exported = await type('models', 'export', 'one', '--out', 'exported');
    expect([exported.code, exported.stderr]).toEqual([
      2,
      expect.stringMatching(/holds a baseline \(SVM with RBF kernel on MFCC means and deviations\)/),
    ]);
  });

  it('fits a linear probe to the embeddings of a frozen network, and tags with both', async () => {
    const network = [
      '~model.branches.lyrics',
      '~model.branches.waveform',
      'training.epochs=1',
      '--out',
      'network',
    ];
    const trained = await type('run', 'tiny.yaml', ...network);
    expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
    const features = 'model.baseline={features: {kind: embedding, model: network}}';
    const { code, stderr } = await type('run', 'tiny.yaml', ...BASELINE, features, '--out', 'probe');
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('logistic regression on embeddings by network'),
    ]);
    // The network is part of the model.
    await rename(join(workplace.folder, 'network'), join(workplace.folder, 'elsewhere'));
    const again = await type('evaluate', 'probe', '--json');
    expect(JSON.parse(again.stdout)).toEqual(await metricsOf('probe'));
    const tagging = await type('tag', workplace.corpus, '--model', 'probe', '--out', 'probe.jsonl');
    expect([tagging.code, tagging.stderr]).toEqual([0, expect.any(String)]);
    const lines = (await read('probe.jsonl')).trimEnd().split('\n');
    const tagged = lines.map((line) => JSON.parse(line) as Record<string, number>);
    // The run's test split and a catalogue are scored by the same windows, whatever a track's name.
    const predicted = await readPredictions(join(workplace.folder, 'probe'));
    for (const { id, scores } of predicted) {
      const isOf = (row: Record<string, number>): boolean =>
        Object.entries(scores).every(([label, score]) => Math.abs(score - row[label]) < 1e-4);
      expect(tagged.some(isOf), id).toBe(true);
    }
    expect(Object.keys(predicted[0].scores)).toHaveLength(12);
  });

  it('says in a sentence what it cannot do', async () => {
    const wrong: [string[], RegExp][] = [
      [
        ['songs.yaml', `model.baseline.features={kind: embedding, model: ${join(workplace.folder, 'net')}}`],
        /model\.baseline\.features\.model: the model songs takes lyrics, and the embeddings are of sound/,
      ],
      [
        ['songs.yaml', 'evaluation.conditions=[{absent: [lyrics]}]'],
        /evaluation\.conditions: the test conditions/,
      ],
      [
        ['tiny.yaml', 'model.baseline={}'],
        /model\.branches: a baseline is not a network and takes no branches/,
      ],
      [
        [
          'tiny.yaml',
          ...BASELINE,
          'model.baseline.features.kind=mfcc',
          'model.baseline.classifier.kind=multinomial-nb',
        ],
        /model\.baseline\.classifier\.kind: multinomial-nb takes tfidf, not mfcc/,
      ],
      [
        [
          'tiny.yaml',
          ...BASELINE,
          'model.baseline.classifier={kind: k-nn, neighbours: 3}',
          'model.baseline.features.kind=mfcc',
        ],
        /no key "model\.baseline\.classifier\.neighbours"; the nearest known key is ".*\.k/,
      ],
      [
        ['songs.yaml', 'model.baseline.features.kind=mfcc'],
        /24 of 24 tracks have no recording, the first is s0; check data\.audio/,
      ],
      [
        ['songs.yaml', 'data.targt=kind'],
        /there is no key "data\.targt"; the nearest known key is "data\.target"/,
      ],
      [['songs.yaml', 'data.set=trucks'], /data\.set: "trucks" is not one of mtat, .*tracks/],
    ];
    for (const [[config, ...overrides], sentence] of wrong) {
      const place = (name: string): string => join(workplace.folder, name);
      expectSentence(await runHere('run', place(config), ...overrides, '--out', place('wrong')), 2, sentence);
    }
  });
});

describe('configs/jamendo-language.yaml', () => {
  it('tells four languages apart', async (ctx) => {
    needsShared(ctx);
    const root = referencePath('data', 'jamendo');
    const out = join(workplace.folder, 'language');
    const config = join(import.meta.dirname, '..', '..', 'configs', 'jamendo-language.yaml');
    const { code } = await runHere('run', config, `data.root=${root}`, '--out', out, 'evaluation.examples=0');
    expect(code).toBe(0);
    const metrics = await metricsOf('language');
    expect(metrics.examples).toBe(48);
    expect(metrics.majority_baseline.accuracy).toBe(0.25);
    expect(metrics.accuracy).toBeGreaterThan(0.95);
  });
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RegressionMetrics } from '../../src/eval/regression/metrics.js';
import { loadRun } from '../../src/index.js';
import { madeNumbers } from '../data/sets/tracks/made-numbers.js';
import { type Outcome, polytag } from '../workplace.js';

const configOf = (root: string): string => `name: numbers
data: { set: tracks, root: ${root}, target: [valence, arousal], artist: artist, group: artist, breakdown: [language] }
inputs:
  chunk_seconds: 1
  mel: { bands: 24 }
  lyrics: { max_tokens: 24, min_count: 1 }
  store: ${join(root, 'store')}
model:
  branches:
    mel: { channels: [6, 6], features: 12 }
    lyrics: { embedding: 8, filters: 4 }
  fusion: { kind: concat, hidden: 12, dropout: 0 }
training: { epochs: 10, batch_size: 8, optimizer: { learning_rate: 0.02 } }
evaluation: { bootstrap_samples: 50, examples: 2, conditions: [{ absent: [lyrics] }] }
`;

describe('a regression from its config to its report', () => {
  let root: string;
  let first: Outcome;
  const call = (...args: string[]): Promise<Outcome> => polytag(args, { cwd: root });
  const run = (out: string, ...overrides: string[]): Promise<Outcome> =>
    call('run', 'numbers.yaml', ...overrides, '--out', out);

  beforeAll(async () => {
    root = await madeNumbers(100);
    await writeFile(join(root, 'numbers.yaml'), configOf(root));
    first = await run('first');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('learns, and writes metrics, predictions in the targets’ unit, tables, figures and a page', async () => {
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toMatch(/mean R² +0\.\d+ \(95 %/);
    const { metrics, predictions, log, conditions } = await loadRun<RegressionMetrics>(join(root, 'first'));
    expect([metrics.task, metrics.targets]).toEqual(['regression', 2]);
    expect(metrics.r2.macro).toBeGreaterThan(0.5);
    expect(Object.keys(metrics.breakdown!.language)).toEqual(['en', 'zh']);
    expect(metrics.per_target[1].missing).toBeGreaterThan(0);
    expect(Object.keys(predictions[0].scores)).toEqual(['valence', 'arousal']);
    expect(predictions.some(({ truth }) => truth.arousal === null)).toBe(true);
    expect(log[0].metric).toBe('ccc');
    expect(conditions[0].metrics!.r2.macro).toBeLessThan(metrics.r2.macro!);
    const page = await readFile(join(root, 'first', 'report.html'), 'utf8');
    for (const text of ['Truth and prediction', 'Residuals', 'Results by part', 'Test conditions'])
      expect(page).toContain(text);
    expect(page).not.toContain('ROC-AUC');
    const table = await readFile(join(root, 'first', 'tables', 'targets.csv'), 'utf8');
    expect(table.split(/\r?\n/)[0]).toMatch(
      /^target,values,missing,mean,deviation,r2,r2_low95,r2_high95,rmse/,
    );
    expect(await readFile(join(root, 'first', 'figures', 'predictions.svg'), 'utf8')).toContain(
      'valence, truth',
    );
  });

  it('gives the same again from its model, and says what its card says', async () => {
    const again = await call('evaluate', 'first', '--json');
    expect(again.code, again.stderr).toBe(0);
    const stored = JSON.parse(
      await readFile(join(root, 'first', 'metrics.json'), 'utf8'),
    ) as RegressionMetrics;
    const { per_target: targets } = JSON.parse(again.stdout) as RegressionMetrics;
    expect(targets).toEqual(stored.per_target);
    const other = await call('evaluate', 'first', 'data.target=language', '--allow-seen');
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining("is classification, the model's regression"),
    ]);
  });

  it('is compared with other regressions, and not with classes', async () => {
    await run('second', '~model.branches.mel', 'evaluation.conditions=[]');
    const compared = await call(
      'compare',
      'first',
      'second',
      '--out',
      'compared',
      '--samples',
      '200',
      '--json',
    );
    expect(compared.code, compared.stderr).toBe(0);
    const { differences, experiments, mean_baseline: baseline } = JSON.parse(compared.stdout);
    expect(Object.keys(differences[0].metrics)).toEqual(['r2', 'rmse', 'pearson', 'ccc']);
    const { difference, ci95, p } = differences[0].metrics.rmse;
    expect(difference).toBeCloseTo(experiments[1].metrics.rmse.value - experiments[0].metrics.rmse.value, 10);
    expect(ci95[0]).toBeLessThan(difference);
    expect(p).toBeLessThan(0.2);
    expect(differences[0].targets.map(({ target }: { target: string }) => target)).toEqual([
      'valence',
      'arousal',
    ]);
    expect(baseline.rmse).toBeGreaterThan(0.3);
    const page = await readFile(join(root, 'compared', 'compare.html'), 'utf8');
    expect(page).toContain('Change per target');
    expect(page).not.toContain('Calibration');
    const classes = await run(
      'classes',
      'data.target=language',
      'training.epochs=1',
      'evaluation.conditions=[]',
    );
    expect(classes.code, classes.stderr).toBe(0);
    const refused = await call('compare', 'first', 'classes', '--out', 'refused');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('its task is')]);
  });

  it('predicts numbers for files, in a table or on the terminal', async () => {
    const tagged = await call(
      'tag',
      'audio/t001.wav',
      'audio/t002.wav',
      '--model',
      'first',
      '--lyrics',
      'lyrics',
      '--out',
      'n.csv',
    );
    expect(tagged.code, tagged.stderr).toBe(0);
    const [head, ...rows] = (await readFile(join(root, 'n.csv'), 'utf8')).trim().split(/\r?\n/);
    const columns = head.split(',');
    expect(columns.slice(-2)).toEqual(['valence', 'arousal']);
    const truth = (await readFile(join(root, 'tracks.csv'), 'utf8')).split('\n');
    for (const [i, row] of rows.entries()) {
      const cells = row.split(',');
      expect(cells[columns.indexOf('top_tags')]).toBe('');
      expect(Math.abs(Number(cells.at(-2)) - Number(truth[i + 2].split(',')[1]))).toBeLessThan(0.6);
    }
    const printed = await call('tag', 'audio/t001.wav', '--model', 'first', '--lyrics', 'lyrics', '--json');
    const [{ tags }] = JSON.parse(printed.stdout) as { tags: { tag: string; score: number }[] }[];
    expect(tags.map(({ tag }) => tag)).toEqual(['valence', 'arousal']);
    expect(tags[0].score).toBeCloseTo(Number(rows[0].split(',').at(-2)), 3);
    const lines = await call('tag', 'audio/t001.wav', '--model', 'first', '--lyrics', 'lyrics');
    expect(lines.stdout).toMatch(/\n {2}valence +-?\d+\.\d+\n {2}arousal +-?\d/);
  });

  it.each([
    ['--threshold', '0.5'],
    ['--top', '3'],
    ['--report', 'x.html'],
    ['--write-tags', 'copies'],
  ])('refuses %s, which only tags have', async (...option) => {
    const refused = await call('tag', 'audio/t001.wav', '--model', 'first', '--out', 'r.csv', ...option);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('predicts numbers (valence, arousal)'),
    ]);
  });

  it('is swept by its own metrics', async () => {
    const swept = await call(
      ...[
        'sweep',
        'numbers.yaml',
        '~model.branches.lyrics',
        '~inputs.lyrics',
        'training.epochs=1,4',
        'evaluation.conditions=[]',
        '--out',
        'swept',
        '--json',
      ],
    );
    expect(swept.code, swept.stderr).toBe(0);
    const [best] = JSON.parse(swept.stdout);
    expect(Object.keys(best.test)).toEqual(['r2', 'rmse', 'pearson', 'ccc']);
    expect(best.settings).toEqual({ 'training.epochs': '4' });
    expect(best.mean_rmse).toBeGreaterThan(0.3);
  });

  it('has baselines of its own, and refuses those of labels', async () => {
    const baseline = (kind: string) => [
      '~model.branches',
      '~model.fusion',
      `model.baseline={classifier: {kind: ${kind}}}`,
      'evaluation.conditions=[]',
    ];
    const ridge = await run('ridge', ...baseline('ridge'));
    expect(ridge.code, ridge.stderr).toBe(0);
    const { metrics } = await loadRun<RegressionMetrics>(join(root, 'ridge'));
    expect(metrics.per_target[0].r2).toBeGreaterThan(0.4);
    const wrong = await run('wrong', ...baseline('linear-svm'));
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining(
        "linear-svm predicts labels, and the data set's task is regression; give ridge or mean",
      ),
    ]);
  });
});

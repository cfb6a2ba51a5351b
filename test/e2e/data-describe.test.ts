/** polytag data describe, as a person types it before a training. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { artistFolders, folderOf } from '../data/sets/fixtures.js';
import { polytag } from '../workplace.js';

const CONFIG = join(import.meta.dirname, '..', '..', 'configs', 'crnn-artist.yaml');

it('counts the songs of each artist and split, and names the artists that are left out', async () => {
  const root = await folderOf(artistFolders({ Ann: 3, Bob: 4, Cy: 2 }, 2));
  const data = [`data.root=${root}`, 'data.split.kind=album'];
  const { code, stdout, stderr } = await polytag(['data', 'describe', CONFIG, ...data], { cwd: root });
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).join(' '));
  expect(lines).toEqual([
    '2 classes (artists), by album: of each artist one album validates and one tests',
    'train validation test',
    'all 6 4 4',
    'Ann 2 2 2',
    'Bob 4 2 2',
  ]);
  expect(stderr).toContain('Warning: 1 artist has fewer than three albums and is left out: Cy.');
  const json = await polytag(['data', 'describe', CONFIG, ...data, '--json'], { cwd: root });
  expect(JSON.parse(json.stdout)).toMatchObject({
    examples: 14,
    splits: { train: 6, validation: 4, test: 4 },
    labels: { Ann: { train: 2 }, Bob: { train: 4 } },
    missing_audio: 0,
  });
});

it('counts the tested songs of every fold', async () => {
  const root = await folderOf(artistFolders({ Ann: 3, Bob: 4 }, 2));
  const data = [`data.root=${root}`, 'data.split={kind: k-fold, folds: 3, fold: all}'];
  const run = (...more: string[]) => polytag(['data', 'describe', CONFIG, ...data, ...more], { cwd: root });
  const { stdout } = await run();
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect(lines[1].join(' ')).toBe('tested in fold 0 fold 1 fold 2');
  const tested = lines.slice(2).map(([label, ...counts]) => [label, counts.map(Number)] as const);
  expect(tested.map(([label]) => label)).toEqual(['all', 'Ann', 'Bob']);
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  expect(tested.map(([, counts]) => sum(counts))).toEqual([14, 6, 8]);
  for (const fold of [0, 1, 2]) expect(tested[1][1][fold] + tested[2][1][fold]).toBe(tested[0][1][fold]);
  const report = JSON.parse((await run('--json')).stdout);
  expect(report.folds.map(({ test }: { test: number }) => test)).toEqual(tested[0][1]);
  for (const { train, validation, test } of report.folds) expect(train + validation + test).toBe(14);
  expect(report.labels.Ann.map(({ test }: { test: number }) => test)).toEqual(tested[1][1]);
  expect(report).not.toHaveProperty('splits');
});

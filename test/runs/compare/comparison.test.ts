import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { valuesOf } from '../../../src/eval/difference/compared-metrics.js';
import { markdownTable } from '../../../src/eval/tables/markup.js';
import { writeComparison } from '../../../src/report/pages/compare/write.js';
import { comparableRuns } from '../../../src/runs/compare/comparable.js';
import { compareRuns } from '../../../src/runs/compare/comparison.js';
import { groupBySeed } from '../../../src/runs/compare/groups.js';
import { requireOutFolder } from '../../../src/runs/compare/out-folder.js';
import { differingSettings, flatten } from '../../../src/runs/compare/settings.js';
import { comparisonTables } from '../../../src/runs/compare/tables.js';
import { madeTagging } from '../../eval/made.js';
import { madeRun } from './made-runs.js';

const OPTIONS = { samples: 100, seed: 1 };
const HOSTILE = '</script><script>globalThis.broken=1</script>';

describe('groups of runs', () => {
  it('joins runs that differ only by their seed, under what their names have in common', () => {
    const runs = [
      madeRun({ folder: 'reports/mel-seed1', seed: 1 }),
      madeRun({ folder: 'reports/hard', alpha: 4 }),
      madeRun({ folder: 'reports/mel-seed2', seed: 2 }),
    ];
    const groups = groupBySeed(runs).map(({ label, runs: own }) => [label, own.map(({ folder }) => folder)]);
    expect(groups).toEqual([
      ['mel (2 runs)', ['reports/mel-seed1', 'reports/mel-seed2']],
      ['hard', ['reports/hard']],
    ]);
  });

  it('keeps engines apart, and revisions of the code where runs have the same seed', () => {
    const labels = (second: Record<string, unknown>, seed: number): string[] =>
      groupBySeed([
        madeRun({ folder: 'x/run' }),
        madeRun({ folder: 'y/run', seed, environment: second }),
      ]).map(({ label }) => label);
    expect(labels({ engine: 'tensorflow' }, 2)).toEqual(['x/run', 'y/run']);
    expect(labels({ git_revision: 'bbbb' }, 1)).toEqual(['x/run', 'y/run']);
    expect(labels({ git_revision: 'bbbb' }, 2)).toHaveLength(1);
  });

  it('names the settings that differ, of the config and of what computed', () => {
    const runs = [
      madeRun({ folder: 'a' }),
      madeRun({ folder: 'b', seed: 2, alpha: 4, environment: { threads: 2 } }),
    ];
    expect(differingSettings(runs)).toEqual([
      { key: 'seed', values: ['1', '2'] },
      { key: 'loss.alpha', values: ['1', '4'] },
      { key: 'environment: threads', values: ['1', '2'] },
    ]);
    expect([...flatten({ a: { b: [1, 2], c: {}, d: null }, e: 'x' })]).toEqual([
      ['a.b', '[1,2]'],
      ['a.c', '{}'],
      ['a.d', 'null'],
      ['e', 'x'],
    ]);
  });
});

describe('comparableRuns', () => {
  it('keeps the largest set with the same question and says why the others are left out', () => {
    const whole = madeTagging(240, 10, 80);
    const otherTruth = {
      ...whole,
      targets: whole.targets.map((target, i) => (i < 10 ? 1 - target : target)),
    };
    const { compared, leftOut } = comparableRuns([
      madeRun({ folder: 'all', protocol: 'all' }),
      madeRun({ folder: 'a' }),
      madeRun({ folder: 'half', predictions: madeTagging(120, 10, 80) }),
      madeRun({ folder: 'b', seed: 2 }),
      madeRun({ folder: 'few', predictions: madeTagging(240, 9, 80) }),
      madeRun({ folder: 'truth', predictions: otherTruth }),
    ]);
    expect(compared.map(({ folder }) => folder)).toEqual(['a', 'b']);
    expect(leftOut.map(({ run, reason }) => [run.folder, reason])).toEqual([
      ['all', 'its protocol is "all", not "labelled"'],
      ['half', "its test set has 120 examples, the others' 240, and they have 120 in common"],
      ['few', 'it has 9 labels, not 10 ("--labels common" compares on those that all have)'],
      ['truth', 'the ground truth of its test set is different'],
    ]);
  });
});

describe('compareRuns', () => {
  const comparison = compareRuns(
    [
      madeRun({ folder: 'good-1', seed: 1, noise: 0.1 }),
      madeRun({ folder: 'good-2', seed: 2, noise: 0.2 }),
      madeRun({ folder: 'bad', alpha: 2, noise: 0.85 }),
      madeRun({ folder: 'same', alpha: 3, noise: 0.85 }),
      madeRun({ folder: 'strange', protocol: 'all' }),
    ],
    OPTIONS,
  );

  it('finds a difference where there is one, with its sign, and none where there is none', () => {
    expect(comparison.groups.map(({ label }) => label)).toEqual(['good (2 runs)', 'bad', 'same']);
    const [toBad, toSame, amongBad] = comparison.pairs;
    expect([toBad, toSame, amongBad].map(({ first, second }) => [first, second])).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
    const { difference, interval, p, pHolm } = toBad.metrics.roc_auc;
    expect(difference).toBeLessThan(-0.1);
    expect(interval![0]).toBeLessThan(difference!);
    expect(interval![1]).toBeLessThan(0);
    expect([p, pHolm]).toEqual([expect.closeTo(2 / 101, 10), expect.closeTo(6 / 101, 10)]);
    expect(amongBad.metrics.roc_auc.p).toBeGreaterThan(0.05);
    expect(toBad.labels.filter((label) => label.pHolm! < 0.05).length).toBeGreaterThan(5);
    expect(amongBad.labels.filter((label) => label.pHolm! < 0.05)).toEqual([]);
  });

  it('gives means and deviations over seeds, and label differences that average to the difference', () => {
    const [good, bad] = comparison.groups;
    const values = good.runs.map(({ metrics }) => valuesOf(metrics).roc_auc!);
    expect(good.metrics.roc_auc.value).toBeCloseTo((values[0] + values[1]) / 2, 12);
    expect(good.metrics.roc_auc.deviation).toBeCloseTo(Math.abs(values[0] - values[1]) / Math.SQRT2, 12);
    expect(bad.metrics.roc_auc.deviation).toBeNull();
    const { labels, metrics } = comparison.pairs[0];
    const mean = labels.reduce((sum, { difference }) => sum + difference!, 0) / labels.length;
    expect(mean).toBeCloseTo(metrics.roc_auc.difference!, 12);
  });

  it('compares seeds of one experiment with nothing, and notices a copy', () => {
    const alone = compareRuns([madeRun({ folder: 'a-1' }), madeRun({ folder: 'a-2', seed: 2 })], OPTIONS);
    expect([alone.pairs, alone.groups[0].label]).toEqual([[], 'a (2 runs)']);
    expect(alone.notes).toEqual([expect.stringContaining('the same scores')]);
    // Three pairs and 100 resamples: 2 / 101 times 3 is above 0.05.
    expect(comparison.notes).toEqual([expect.stringContaining('give --samples 120 or more')]);
  });

  it('does without resamples', () => {
    const { pairs, groups } = compareRuns(
      [madeRun({ folder: 'a' }), madeRun({ folder: 'b', alpha: 2, noise: 0.5 })],
      { samples: 0, seed: 1 },
    );
    expect(pairs[0].metrics.roc_auc).toMatchObject({ interval: null, p: null, pHolm: null });
    expect(groups[0].metrics.roc_auc.interval).toBeNull();
    expect(pairs[0].labels[0].p).not.toBeNull();
  });

  it('writes page, record, tables and figures, and the next one leaves nothing of the last', async () => {
    const out = join(await mkdtemp(join(tmpdir(), 'polytag-compare-')), 'out');
    await requireOutFolder(out);
    await writeComparison(out, comparison);
    expect((await readdir(join(out, 'figures'))).sort()).toEqual([
      'differences-accuracy.svg',
      'differences-pr-auc.svg',
      'differences-roc-auc.svg',
      'labels-2-against-1.svg',
      'labels-3-against-1.svg',
      'ranks.svg',
    ]);
    const page = await readFile(join(out, 'compare.html'), 'utf8');
    expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)=["']?https?:/);
    expect(page).toContain('strange: its protocol is &quot;all&quot;, not &quot;labelled&quot;');
    const record = JSON.parse(await readFile(join(out, 'comparison.json'), 'utf8'));
    expect(record.differences[0]).toMatchObject({ experiment: 'bad', minus: 'good (2 runs)' });
    expect(record.not_compared).toHaveLength(1);
    for (const file of record.files) expect(await readFile(join(out, file), 'utf8')).not.toBe('');
    await requireOutFolder(out);
    await writeComparison(
      out,
      compareRuns([madeRun({ folder: 'a' }), madeRun({ folder: 'b', alpha: 2 })], OPTIONS),
    );
    expect(await readdir(join(out, 'figures'))).not.toContain('labels-3-against-1.svg');
    await writeFile(join(out, 'mine.txt'), '');
    await expect(requireOutFolder(out)).rejects.toThrow('holds something else than a comparison (mine.txt)');
    const figures = join(await mkdtemp(join(tmpdir(), 'polytag-compare-')), 'out');
    await mkdir(join(figures, 'figures'), { recursive: true });
    await expect(requireOutFolder(figures)).rejects.toThrow('holds something else');
  });

  it('escapes names in every form', () => {
    const hostile = compareRuns(
      [madeRun({ folder: HOSTILE }), madeRun({ folder: 'a_b|c', alpha: 2, noise: 0.5 })],
      { samples: 0, seed: 1 },
    );
    const tables = new Map(comparisonTables(hostile));
    expect([...tables.keys()].sort()).toEqual(
      ['differences', 'labels', 'runs', 'settings'].flatMap((name) =>
        ['csv', 'md', 'tex'].map((end) => `${name}.${end}`),
      ),
    );
    expect(tables.get('runs.tex')).toContain('a\\_b|c');
    expect(tables.get('runs.tex')).toContain('\\toprule');
    expect(tables.get('runs.md')).toContain('a\\_b\\|c');
    expect(tables.get('differences.csv')).toMatch(
      /^Experiment,minus,Metric,Difference,Low,High,p,p Holm,of,p of the test set\n/,
    );
    const seeds = new Map(comparisonTables(comparison));
    expect(seeds.get('runs.md')).toMatch(
      /^\| good \(2 runs\) \| 2 \| 0\.\d{3} ± 0\.\d{3} \(0\.\d{3}–0\.\d{3}\) \|/m,
    );
    expect(seeds.get('runs.md')).toContain('| majority baseline |');
    expect(markdownTable(['a', 'b'], [['x', null]])).toBe('| a | b |\n| --- | --: |\n| x | – |\n');
  });
});

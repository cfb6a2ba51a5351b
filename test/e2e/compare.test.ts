import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { Metrics } from '../../src/eval/metrics.js';
import { makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

const RUNS: Record<string, string[]> = {
  'tiny-seed1': ['seed=1'],
  'tiny-seed2': ['seed=2'],
  mel: ['~model.branches.waveform', '~model.branches.lyrics'],
  all: ['data.protocol=all'],
};

let workplace: Workplace;
let out: string;
let outcome: Outcome;

const compare = (...args: string[]): Promise<Outcome> =>
  polytag(['compare', ...args], { cwd: workplace.folder });

beforeAll(async () => {
  workplace = await makeWorkplace();
  for (const [name, overrides] of Object.entries(RUNS)) {
    const { code, stderr } = await polytag(
      ['run', workplace.config, ...overrides, 'training.epochs=1', 'evaluation.examples=0', '--out', name],
      { cwd: workplace.folder, env: { POLYTAG_ENGINE: 'wasm' } },
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
  out = join(workplace.folder, 'comparison');
  outcome = await compare(...Object.keys(RUNS), '--out', 'comparison', '--samples', '200');
});
afterAll(() => workplace.remove());

describe('polytag compare', () => {
  it('prints results and differences, and says on standard error what it leaves out', () => {
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('compare.html')]);
    expect(outcome.stdout).toMatch(/^tiny \(2 runs\) +\d\.\d{3} ± \d\.\d{3}/m);
    expect(outcome.stdout).toMatch(/^mel − tiny \(2 runs\) +ROC-AUC macro/m);
    expect(outcome.stdout).toContain('majority baseline');
    expect(outcome.stderr).toMatch(
      /Not compared: all: its protocol is ".*all clips.*", not ".*labelled clips/,
    );
  });

  it('writes the folder as its contract says, with the numbers of the runs', async () => {
    expect((await readdir(out)).sort()).toEqual(['compare.html', 'comparison.json', 'figures', 'tables']);
    const record = JSON.parse(await readFile(join(out, 'comparison.json'), 'utf8'));
    const metrics = await Promise.all(
      Object.keys(RUNS).map(
        async (name): Promise<Metrics> =>
          JSON.parse(await readFile(join(workplace.folder, name, 'metrics.json'), 'utf8')) as Metrics,
      ),
    );
    const [tiny, mel] = record.experiments;
    const [first, second, other] = metrics.map(({ roc_auc }) => roc_auc.macro!);
    expect(tiny.metrics.roc_auc.value).toBeCloseTo((first + second) / 2, 9);
    expect(mel.metrics.roc_auc.value).toBeCloseTo(other, 9);
    expect(mel.metrics.accuracy.value).toBeCloseTo(metrics[2].accuracy, 9);
    expect(record.differences[0].metrics.roc_auc.difference).toBeCloseTo(other - (first + second) / 2, 9);
    expect(record.not_compared).toEqual([{ folder: 'all', reason: expect.any(String) }]);
    expect(record.settings.map(({ key }: { key: string }) => key)).toContain(
      'model.branches.waveform.features',
    );
  });

  it('replaces an earlier comparison, and gives the same numbers again', async () => {
    const before = await readFile(join(out, 'comparison.json'), 'utf8');
    const again = await compare(...Object.keys(RUNS), '--out', 'comparison', '--samples', '200', '--json');
    expect(again.code).toBe(0);
    expect(await readFile(join(out, 'comparison.json'), 'utf8')).toBe(before);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(before));
  });

  it('says in one sentence what it cannot compare, and ends with code 2', async () => {
    const { folder } = workplace;
    await mkdir(join(folder, 'empty'));
    await cp(join(folder, 'mel'), join(folder, 'unfinished'), { recursive: true });
    await rm(join(folder, 'unfinished', 'metrics.json'));
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine', 'letter.txt'), 'dear');
    const wrong: [string[], RegExp][] = [
      [['mel', '--out', 'x'], /One run alone cannot be compared/],
      [['mel', './mel', '--out', 'x'], /\.\/mel is given twice/],
      [['mel', 'nowhere', '--out', 'x'], /there is no folder .*nowhere/],
      [['mel', 'empty', '--out', 'x'], /empty has no run/],
      [['mel', 'unfinished', '--out', 'x'], /unfinished has not finished.*--resume/],
      [['mel', 'tiny-seed1', '--out', 'mine'], /mine holds something else than a comparison \(letter\.txt\)/],
      [['mel', 'tiny-seed1', '--out', 'mel'], /mel holds something else/],
      [['mel', 'tiny-seed1', '--out', 'tiny.yaml'], /tiny\.yaml is a file/],
      [['mel', 'tiny-seed1', '--out', 'x', '--samples', 'many'], /--samples must be a whole number/],
      [['mel', 'tiny-seed1'], /out/],
    ];
    // In this process, since each start takes a while; the paths are then seen from the test's own folder.
    const place = (arg: string): string => (/^--|^many$/.test(arg) ? arg : `${folder}/${arg}`);
    for (const [args, sentence] of wrong) {
      const written: string[] = [];
      const spy = vi
        .spyOn(process.stderr, 'write')
        .mockImplementation((text) => written.push(String(text)) > 0);
      const code = await main(['compare', ...args.map(place)]).finally(() => spy.mockRestore());
      const stderr = written.join('');
      expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(await readdir(folder)).not.toContain('x');
  });

  it('refuses runs of which no two answer the same question, on the page too', async () => {
    const { code, stderr } = await compare('mel', 'all', '--out', 'refused', '--samples', '20');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/No two of these runs.*all: its protocol is/)]);
    const page = await readFile(join(workplace.folder, 'refused', 'compare.html'), 'utf8');
    expect(page).toMatch(/Not compared.*all: its protocol is/s);
  });

  it('finds the ground truth where it has been moved to, and notices another one', async () => {
    const { folder, corpus } = workplace;
    const moved = join(folder, 'moved');
    await rename(corpus, moved);
    const lost = await compare('mel', 'tiny-seed1', '--out', 'x', '--samples', '20');
    expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining('--data')]);
    const found = await compare('mel', 'tiny-seed1', '--out', 'x', '--samples', '20', '--data', moved);
    expect([found.code, found.stderr]).toEqual([0, expect.any(String)]);
    const environment = join(folder, 'mel', 'environment.json');
    const text = await readFile(environment, 'utf8');
    await rm(join(folder, 'mel', 'SHA256SUMS'));
    await writeFile(environment, text.replace(/("data_fingerprint": ")./, '$1z'));
    const other = await compare('mel', 'tiny-seed1', '--out', 'x', '--samples', '20', '--data', moved);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/is not the one that the run in mel/),
    ]);
  });
});

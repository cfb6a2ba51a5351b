import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists } from '../../src/base/files.js';
import {
  MEL_ALONE,
  makeWorkplace,
  type Outcome,
  polytag,
  startPolytag,
  type Workplace,
} from '../workplace.js';

const RATE = 'training.optimizer.learning_rate';

let workplace: Workplace;
const at = (...names: string[]): string => join(workplace.folder, ...names);

beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const words = (out: string, ...more: string[]): string[] => [
  ...['sweep', workplace.config, ...MEL_ALONE, 'training.checkpoint_steps=1'],
  ...['--out', out, ...more],
];
const sweep = (out: string, ...more: string[]): Promise<Outcome> =>
  polytag(words(out, ...more), { cwd: workplace.folder });

const weights = (...path: string[]): Promise<Buffer> => readFile(at(...path, 'model', 'weights.safetensors'));

/** A good rate, and one that diverges at once. */
const GOOD_AND_BAD = [`${RATE}=0.01,1e38`, 'training.gradient_clip=null', 'training.epochs=4', '--jobs', '2'];
const [GOOD, BAD] = ['learning_rate=0.01', 'learning_rate=1e+38'].map((name) => join('runs', name, 'seed-1'));

describe('polytag sweep', () => {
  it('runs every setting, reports one that fails and ends with code 1; the same command tries only that one again', async () => {
    const first = await sweep('one', ...GOOD_AND_BAD);
    expect([first.code, first.stderr]).toEqual([
      1,
      expect.stringMatching(
        /1 of 2 runs failed; the same command tries them again:\nlearning_rate=1e\+38, seed 1: The loss became NaN/,
      ),
    ]);
    const lines = first.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^training\.optimizer\.learning_rate +runs +epochs +validation macro ROC-AUC +test ROC-AUC/,
    );
    expect(lines[1]).toMatch(/^0\.01 +1 +4 +0\.\d{3} +0\.\d{3} +0\.\d{3} +0\.\d{3}$/);
    expect(lines[2]).toMatch(/^1e\+38 +1 +0 +– +– +– +– +1 failed$/);
    expect(lines[3]).toMatch(/^majority baseline +0\.\d{3}$/);
    expect((await readdir(at('one'))).sort()).toEqual([
      'logs',
      'runs',
      'study.json',
      'sweep.csv',
      'sweep.html',
    ]);
    const csv = (await readFile(at('one', 'sweep.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(csv).toHaveLength(3);
    expect(csv[1]).toMatch(/^learning_rate=0\.01,0\.01,1,/);
    const page = await readFile(at('one', 'sweep.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toMatch(/synthetic/i);
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);

    const before = await stat(at('one', GOOD, 'metrics.json'));
    const again = await sweep('one', ...GOOD_AND_BAD, '--json');
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringMatching(/^2 runs: 1 done before, 1 to resume\.$/m),
    ]);
    expect((await stat(at('one', GOOD, 'metrics.json'))).mtimeMs).toBe(before.mtimeMs);
    const metrics = JSON.parse(await readFile(at('one', GOOD, 'metrics.json'), 'utf8'));
    expect(JSON.parse(again.stdout)).toMatchObject([
      { settings: { [RATE]: '0.01' }, test: { roc_auc: { mean: metrics.roc_auc.macro, deviation: null } } },
      { settings: { [RATE]: '1e+38' }, runs: [{ status: 'failed', test: null }] },
    ]);
  });

  it('killed, continues with the same command to the same bytes', async () => {
    const { child, outcome } = startPolytag(words('killed', ...GOOD_AND_BAD), { cwd: workplace.folder });
    const checkpoint = at('killed', GOOD, 'checkpoints', 'epoch-0001-step-000001.safetensors');
    while (child.exitCode === null && !(await exists(checkpoint))) await wait(2);
    child.kill('SIGKILL');
    expect((await outcome).signal).toBe('SIGKILL');
    // The run notices, keeps a checkpoint and stops; who goes on before that waits for it.
    const { code, stderr } = await sweep('killed', ...GOOD_AND_BAD);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/1 of 2 runs failed/)]);
    const log = await readFile(at('killed', `${GOOD.replace('runs', 'logs')}.log`), 'utf8');
    expect(log).toMatch(/^Stopped in epoch \d after \d of 5 steps; a checkpoint is kept/m);
    expect(log.match(/^\$ polytag run .*$/gm)).toEqual([
      expect.not.stringContaining('--resume'),
      expect.stringContaining('--resume'),
    ]);
    expect((await weights('killed', GOOD)).equals(await weights('one', GOOD))).toBe(true);
    expect(await exists(at('killed', BAD, 'metrics.json'))).toBe(false);
  });

  it('interrupted, ends with code 130 and a sentence, and leaves the page of what is done', async () => {
    const { child, outcome } = startPolytag(words('stopped', ...GOOD_AND_BAD), { cwd: workplace.folder });
    const checkpoint = at('stopped', GOOD, 'checkpoints', 'epoch-0001-step-000001.safetensors');
    while (child.exitCode === null && !(await exists(checkpoint))) await wait(2);
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([
      130,
      expect.stringMatching(
        /^Stopped with 0 of 2 runs done; checkpoints are kept, and the same command continues/,
      ),
    ]);
    expect(await exists(at('stopped', 'sweep.html'))).toBe(true);
  });

  it('halving: the better third continues from where it stopped, by the validation split', async () => {
    const halving = [`${RATE}=0.0001,0.01,0.02`, '--search', 'halving', 'training.epochs=3', '--jobs', '2'];
    const dry = await sweep('halved', ...halving, '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([
      0,
      expect.stringContaining('Rungs: 3 experiments to 1 epoch, 1 experiment to 3 epochs.'),
    ]);
    const { code, stderr, stdout } = await sweep('halved', ...halving, '--json');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Rung 2 of 2: 1 experiment to 3 epochs\.$/m)]);
    const results = JSON.parse(stdout) as {
      experiment: string;
      runs: { status: string; epochs: number; folder: string }[];
    }[];
    expect(results.map(({ runs }) => [runs[0].status, runs[0].epochs])).toEqual([
      ['finished', 3],
      ['paused', 1],
      ['paused', 1],
    ]);
    const firstEpochs = await Promise.all(
      results.map(async ({ runs: [{ folder }] }) => {
        const [line] = (await readFile(at('halved', folder, 'log.jsonl'), 'utf8')).split('\n');
        return (JSON.parse(line) as { validation_metric: number }).validation_metric;
      }),
    );
    expect(firstEpochs[0]).toBe(Math.max(...firstEpochs));
    const again = await sweep('halved', ...halving, '--json');
    expect([again.code, JSON.parse(again.stdout)]).toEqual([0, results]);
    // The winner is the run that would have been without any halving.
    const [{ experiment, runs }] = results;
    const alone = await sweep(
      'alone',
      experiment.replace('learning_rate', RATE),
      'training.epochs=3',
      '--jobs',
      '2',
    );
    expect(alone.code).toBe(0);
    expect(
      (await weights('alone', 'runs', 'tiny', 'seed-1')).equals(await weights('halved', runs[0].folder)),
    ).toBe(true);
  });

  it('lists runs and their time with --dry-run, and leaves no trace', async () => {
    const { code, stdout, stderr } = await sweep(
      'dry',
      `${RATE}=0.01,1e-2,0.03`,
      '--seeds',
      '2',
      '--dry-run',
      '--json',
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^1 of 3 settings are the same experiment/)]);
    const { runs, seconds } = JSON.parse(stdout);
    expect(runs.map((run: { folder: string }) => run.folder)).toEqual(
      ['0.01', '0.03'].flatMap((rate) => [1, 2].map((seed) => `runs/learning_rate=${rate}/seed-${seed}`)),
    );
    expect(runs[0]).toMatchObject({ settings: { [RATE]: '0.01' }, status: 'new', basis: 'timed steps' });
    expect(seconds).toBeGreaterThan(1);
    expect(await exists(at('dry'))).toBe(false);
    const found = await sweep('one', ...GOOD_AND_BAD, '--dry-run');
    expect(found.stdout).toMatch(
      /^0\.01 +1 +runs\/learning_rate=0\.01\/seed-1 +finished +\S+ s +finished runs$/m,
    );
  });

  it('refuses a folder with runs of another config, naming the key', async () => {
    await writeFile(
      at('other.yaml'),
      (await readFile(workplace.config, 'utf8')).replace('top_tags: 12', 'top_tags: 10'),
    );
    const { code, stderr } = await polytag(
      ['sweep', 'other.yaml', ...MEL_ALONE, ...GOOD_AND_BAD, '--out', 'one'],
      { cwd: workplace.folder },
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /holds a run of another config: data\.top_tags is 12 there and 10 here .*--overwrite/,
      ),
    ]);
  });
});

import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists } from '../../src/base/files.js';
import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { estimatePlan } from '../../src/runs/launch/estimate.js';
import { executePlan, type RunOutcome, requireAllDone } from '../../src/runs/launch/execute.js';
import { type PlannedRun, planGroup, stateOfRun } from '../../src/runs/launch/plan.js';
import { readStudyRecord } from '../../src/runs/launch/record.js';
import { MEL_ALONE, makeWorkplace, type Workplace } from '../workplace.js';

let workplace: Workplace;
let config: Config;
let lines: string[] = [];
const at = (name: string): string => join(workplace.folder, name);

beforeAll(async () => {
  workplace = await makeWorkplace();
  config = await loadConfig(workplace.config, [...MEL_ALONE, 'training.checkpoint_steps=1']);
});
afterAll(() => workplace.remove());

const plan = (group: string, changes: Partial<Config['training']>, seeds: number[]): PlannedRun[] =>
  planGroup(group, { ...config, training: { ...config.training, ...changes } }, seeds);

/** Diverges at once: its first loss is not a number. */
const diverging = (): PlannedRun[] =>
  plan('bad', { optimizer: { ...config.training.optimizer, learning_rate: 1e38 }, gradient_clip: null }, [1]);

function execute(runs: PlannedRun[], more: Partial<Parameters<typeof executePlan>[1]> = {}) {
  lines = [];
  const options = { out: at('study'), jobs: 2, launcher: 'local' as const };
  return executePlan(runs, { ...options, log: (line) => lines.push(line), ...more });
}

const brief = (outcomes: RunOutcome[]): unknown[] =>
  outcomes.map(({ run, status, reused }) => [run.folder, status, reused]);

const weights = (out: string, { folder }: PlannedRun): Promise<Buffer> =>
  readFile(join(out, folder, 'model', 'weights.safetensors'));

describe('executePlan', () => {
  let good: PlannedRun[];
  beforeAll(() => {
    good = plan('good', { epochs: 3 }, [1, 2]);
  });

  it('runs what is good, reports what fails, and does neither a finished run again', async () => {
    const outcomes = await execute([...good, ...diverging()]);
    expect(brief(outcomes)).toEqual([
      ['runs/good/seed-1', 'finished', false],
      ['runs/good/seed-2', 'finished', false],
      ['runs/bad/seed-1', 'failed', false],
    ]);
    expect(outcomes[2].error).toMatch(/^The loss became NaN in epoch 1/);
    expect(() => requireAllDone(outcomes)).toThrow(
      /^1 of 3 runs failed; the same command tries them again:\nbad, seed 1: The loss became NaN/,
    );
    expect(
      (await readStudyRecord(at('study')))?.runs.map(({ status, threads }) => [status, threads]),
    ).toEqual([
      ['finished', expect.any(Number)],
      ['finished', expect.any(Number)],
      ['failed', expect.any(Number)],
    ]);
    const metrics = join(at('study'), good[0].folder, 'metrics.json');
    const before = await stat(metrics);
    const again = await execute(good);
    expect(brief(again).map((one) => (one as unknown[]).slice(1))).toEqual([
      ['finished', true],
      ['finished', true],
    ]);
    expect((await stat(metrics)).mtimeMs).toBe(before.mtimeMs);
    expect(again[0].seconds).toBe(outcomes[0].seconds);
    const estimate = await estimatePlan([...good, ...plan('good', { epochs: 3 }, [3])], {
      ...{ out: at('study'), jobs: 2, log: () => {} },
    });
    const mean = (outcomes[0].seconds + outcomes[1].seconds) / 2;
    expect(estimate.runs.map(({ status, basis }) => [status, basis])).toEqual([
      ['finished', 'finished runs'],
      ['finished', 'finished runs'],
      ['new', 'finished runs'],
    ]);
    expect(estimate.seconds).toBeCloseTo(mean, 6);
  });

  it('goes on after a signal, with the bytes of a plan that was never stopped', {
    timeout: 60_000,
  }, async () => {
    const out = at('stopped');
    const controller = new AbortController();
    const stopped = execute(good, { out, signal: controller.signal });
    const checkpoint = join(out, good[0].folder, 'checkpoints', 'epoch-0001-step-000001.safetensors');
    while (!(await exists(checkpoint))) await wait(2);
    controller.abort();
    const outcomes = await stopped;
    expect(outcomes[0]).toMatchObject({
      status: 'interrupted',
      error: expect.stringMatching(/^Stopped in /),
    });
    expect(() => requireAllDone(outcomes)).toThrow(/^Stopped with \d of 2 runs done; checkpoints are kept/);
    expect((await stateOfRun(good[0], out)).status).toBe('begun');
    const ended = await execute(good, { out });
    expect(ended.map(({ status }) => status)).toEqual(['finished', 'finished']);
    for (const run of good)
      expect((await weights(out, run)).equals(await weights(at('study'), run))).toBe(true);
  });

  it('pauses runs after some epochs and goes on with them to the same bytes', async () => {
    const out = at('paused');
    const [run] = good;
    const paused = await execute([run], { out, pauseAfter: 2 });
    expect(brief(paused)).toEqual([[run.folder, 'paused', false]]);
    expect(brief(await execute([run], { out, pauseAfter: 1 }))).toEqual([[run.folder, 'paused', true]]);
    expect((await readFile(join(out, run.folder, 'log.jsonl'), 'utf8')).trimEnd().split('\n')).toHaveLength(
      2,
    );
    // With one job this machine's threads would be others: a run keeps its own.
    expect(brief(await execute([run], { out, jobs: 1 }))).toEqual([[run.folder, 'finished', false]]);
    expect((await weights(out, run)).equals(await weights(at('study'), run))).toBe(true);
  });

  it('refuses a run of another config, naming the key, and replaces it when it is told to', async () => {
    const out = at('changed');
    await cp(at('study'), out, { recursive: true });
    const other = plan('good', { epochs: 1 }, [1]);
    await expect(execute(other, { out })).rejects.toThrow(
      /good.seed-1 holds a run of another config: training\.epochs is 3 there and 1 here; give --overwrite/,
    );
    const same = plan('good', { epochs: 3, checkpoint_steps: 7 }, [1]);
    expect((await stateOfRun(same[0], out)).status).toBe('finished');
    expect(brief(await execute(other, { out, overwrite: true }))).toEqual([
      [other[0].folder, 'finished', false],
    ]);
    expect((await stateOfRun(other[0], out)).status).toBe('finished');
  });

  it('refuses a folder in which another process executes a plan, and one run twice', async () => {
    const out = at('held');
    await mkdir(out);
    const lock = { pid: process.pid, host: hostname(), id: 'other' };
    await writeFile(join(out, '.lock'), JSON.stringify(lock));
    await expect(execute(good, { out })).rejects.toThrow(/held is in use by process \d+ on /);
    await expect(execute([good[0], good[0]])).rejects.toThrow(/two runs of "good" with seed 1/);
  });
});

describe('estimatePlan', () => {
  it('times steps where no run has finished, and names what cannot be timed', async () => {
    const notes: string[] = [];
    const impossible = planGroup(
      'short',
      { ...config, inputs: { ...config.inputs, chunk_seconds: 0.05 } },
      [1],
    );
    const runs = [...plan('new', { epochs: 3 }, [1, 2]), ...impossible];
    const estimate = await estimatePlan(runs, {
      out: at('nothing'),
      jobs: 2,
      log: (note) => notes.push(note),
    });
    expect(estimate.runs.map(({ basis }) => basis)).toEqual(Array(3).fill('timed steps'));
    const [first, second, third] = estimate.runs.map(({ seconds }) => seconds);
    expect(first).toBeGreaterThan(1);
    expect(second).toBe(first);
    expect([third, estimate.seconds]).toEqual([null, null]);
    expect(notes.at(-1)).toMatch(/^short cannot be timed: .*poolings/);
    expect(await exists(at('nothing'))).toBe(false);
  });

  it('counts the teacher that is trained before its student', async () => {
    const distilled = await loadConfig(workplace.config, [
      '~model.branches.waveform',
      'training.epochs=2',
      'training.labelled=0.5',
      'training.distillation={teacher_changes: [training.epochs=4000]}',
    ]);
    const given = await loadConfig(workplace.config, [
      '~model.branches.waveform',
      'training.epochs=2',
      'training.labelled=0.5',
      'training.distillation={teacher: some-run}',
    ]);
    const runs = [...planGroup('distilled', distilled, [1]), ...planGroup('given', given, [1])];
    const { runs: estimated } = await estimatePlan(runs, {
      out: at('nothing'),
      jobs: 1,
      log: () => undefined,
    });
    const [withTeacher, alone] = estimated.map(({ seconds }) => seconds!);
    // 4,000 epochs against two: whatever a step takes, the teacher takes nearly all of the time.
    expect(withTeacher - 3).toBeGreaterThan(20 * (alone - 3));
  });
});

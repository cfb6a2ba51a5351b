import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists } from '../../src/base/files.js';
import {
  MEL_ALONE,
  makeWorkplace,
  polytag,
  type Running,
  startPolytag,
  type Workplace,
} from '../workplace.js';
import { slurmOrNull } from './slurm-cluster.js';

const cluster = await slurmOrNull();

describe.runIf(cluster !== null)('polytag sweep --launcher slurm', () => {
  let workplace: Workplace;
  const at = (...names: string[]): string => join(workplace.folder, ...names);
  const words = (out: string): string[] => [
    ...['sweep', workplace.config, ...MEL_ALONE, 'training.gradient_clip=null', '--out', out],
    ...['training.optimizer.learning_rate=0.01,1e38', 'training.epochs=4', 'training.checkpoint_steps=1'],
  ];
  const launch = (): Running =>
    startPolytag([...words('slurm'), '--launcher', 'slurm', '--slurm', 'cpus-per-task=1', 'time=00:10:00'], {
      cwd: workplace.folder,
      env: cluster!.env,
    });
  const good = join('runs', 'learning_rate=0.01', 'seed-1');

  /** The process that works on the good run. */
  async function processOfRun(): Promise<number> {
    const lock = JSON.parse(await readFile(at('slurm', good, '.lock'), 'utf8')) as { pid: number };
    return lock.pid;
  }

  beforeAll(async () => {
    workplace = await makeWorkplace();
  });
  afterAll(async () => {
    await cluster?.stop();
    await workplace?.remove();
  });

  it('tries a killed run again, notes one that fails by itself, and gives the bytes of a local sweep', {
    timeout: 180_000,
  }, async () => {
    const launched = launch();
    const checkpoint = at('slurm', good, 'checkpoints', 'epoch-0001-step-000001.safetensors');
    while (launched.child.exitCode === null && !(await exists(checkpoint))) await wait(5);
    process.kill(await processOfRun(), 'SIGKILL');
    const { code, stdout, stderr } = await launched.outcome;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/1 of 2 runs failed; .*\nlearning_rate=1e\+38, seed 1: The loss became NaN/),
    ]);
    expect(stderr).toMatch(/Retrying after killed by signal 9: task 1\./);
    expect(stdout).toMatch(/^0\.01 +1 +4 +0\.\d{3}/m);
    const local = await polytag([...words('local')], {
      cwd: workplace.folder,
      env: { TF_NUM_INTRAOP_THREADS: await threadsOf('slurm') },
    });
    expect(local.code, local.stderr).toBe(1);
    const weights = (out: string): Promise<Buffer> => readFile(at(out, good, 'model', 'weights.safetensors'));
    expect((await weights('slurm')).equals(await weights('local'))).toBe(true);
    const logs = async (): Promise<number> =>
      (await readdir(at('slurm', 'slurm'), { recursive: true })).filter((name) => name.endsWith('.log'))
        .length;
    const before = await logs();
    const again = await launch().outcome;
    expect(again.code, again.stderr).toBe(1);
    expect(again.stderr).toMatch(/^2 runs: 1 done before, 1 to resume\.$/m);
    // The features' job and the failed run's: the finished one is not submitted.
    expect((await logs()) - before).toBe(2);
  });

  async function threadsOf(out: string): Promise<string> {
    const text = await readFile(at(out, good, 'environment.json'), 'utf8');
    return String((JSON.parse(text) as { threads: number }).threads);
  }
});

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TagRow } from '../../src/catalogue/row.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import {
  makeWorkplace,
  type Outcome,
  polytag as polytagIn,
  type Running,
  startPolytag,
  type Workplace,
} from '../workplace.js';
import { slurmOrNull } from './slurm-cluster.js';

const cluster = await slurmOrNull();

const TRACKS = 40;
/** Some two tracks, so that each of the four shards has parts before and after the moment when it is ended. */
const PART = ['--part-bytes', '20000'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function rowsOf(path: string): Promise<TagRow[]> {
  const rows: TagRow[] = [];
  for await (const row of (await readTable(path, { trusted: true })).rows) rows.push(row);
  return rows;
}

/** The process of a shard. */
async function processOf(shard: string, folder: string): Promise<number | null> {
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words[words.indexOf('--shard') + 1] === shard && words.includes(folder)) return Number(name);
  }
  return null;
}

/** Waits until a shard of four has finished a part, and gives its process. */
async function inTheMiddle(index: number, folder: string): Promise<number> {
  let id: number | null = null;
  for (const end = Date.now() + 40_000; Date.now() < end; await pause(2)) {
    id ??= await processOf(`${index + 1}/4`, folder);
    if (id === null) continue;
    const done = (await readdir(folder)).filter((name) => /^part-\d+\.done\.json$/.test(name));
    if (done.some((name) => Number(name.slice(5, 11)) % 4 === index)) return id;
  }
  throw new Error(`Shard ${index + 1} never came to finish a part.`);
}

describe.runIf(cluster !== null)('polytag tag --launcher slurm', () => {
  let workplace: Workplace;
  const at = (name: string): string => join(workplace.folder, name);
  const start = (...args: string[]): Running =>
    startPolytag(args, { cwd: workplace.folder, env: cluster!.env });
  const polytag = (...args: string[]): Promise<Outcome> =>
    polytagIn(args, { cwd: workplace.folder, env: cluster!.env });
  const launch = (out: string, model: string): string[] => [
    ...['tag', '--manifest', 'm.jsonl', '--out', out, '--model', model, '--shards', '4', ...PART],
    ...['--launcher', 'slurm', '--slurm', 'time=00:10:00', 'cpus-per-task=1'],
  ];
  let tracks: string[];

  beforeAll(async () => {
    workplace = await makeWorkplace();
    const config = [workplace.config, '~model.branches.lyrics', '~inputs.lyrics', '~model.branches.waveform'];
    const trained = await polytag('run', ...config, '~inputs.waveform', 'training.epochs=1', '--out', 'run');
    expect(trained.code, trained.stderr).toBe(0);
    const names = await readdir(workplace.corpus, { recursive: true });
    tracks = names
      .filter((name) => /\.(mp3|wav|flac|ogg)$/.test(name))
      .sort()
      .slice(0, TRACKS)
      .map((name) => join(workplace.corpus, name));
    expect(tracks).toHaveLength(TRACKS);
    expect((await polytag('tag', 'manifest', ...tracks, '--out', 'm.jsonl')).code).toBe(0);
  });
  afterAll(async () => {
    await cluster?.stop();
    await workplace?.remove();
  });

  it('gives, after a kill and a stop, the table of one run', { timeout: 180_000 }, async () => {
    const one = await polytag('tag', ...tracks, '--model', 'run', '--out', 'one.parquet');
    expect(one.code, one.stderr).toBe(0);

    const left = start(...launch('parts', 'run'));
    while ((await stat(at('parts/slurm.json')).catch(() => null)) === null) await pause(5);
    left.child.kill('SIGINT');
    const interrupted = await left.outcome;
    expect(interrupted.code, interrupted.stderr).toBe(130);
    const job = /scancel (\d+)/.exec(interrupted.stderr)?.[1];
    expect(job).toBeDefined();

    const following = start(...launch('parts', 'run'), '--merge', 'merged.parquet');
    const killing = inTheMiddle(1, at('parts')).then((id) => process.kill(id, 'SIGKILL'));
    // Held until Slurm has sent what it sends before a time limit, which this process must then answer by itself.
    const stopping = inTheMiddle(2, at('parts')).then(async (id) => {
      process.kill(id, 'SIGSTOP');
      await cluster!.call('scancel', '--signal=USR2', '--batch', `${job}_3`);
      await pause(1000);
      process.kill(id, 'SIGCONT');
    });
    await Promise.all([killing, stopping]);
    const outcome = await following.outcome;
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stderr).toMatch(`Following job ${job}`);
    expect(outcome.stderr).toMatch(/after killed by signal 9: task 2\./);
    expect(outcome.stderr).toMatch(/after exit code 75: task 3\./);
    expect(outcome.stdout).toMatch(`merged.parquet: ${TRACKS} tracks, 0 failed`);

    const [expected, merged] = [await rowsOf(at('one.parquet')), await rowsOf(at('merged.parquet'))];
    expect(merged.map(({ path, error }) => [path, error])).toEqual(
      expected.map(({ path, error }) => [path, error]),
    );
    for (const [i, { scores }] of merged.entries())
      for (const [label, score] of scores!.entries())
        expect(score).toBeCloseTo(expected[i].scores![label], 5);

    const again = await polytag(...launch('parts', 'run'));
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).not.toMatch(/Job \d+:/);
  });

  it('stops with the code of tasks that no try can mend', async () => {
    const wrong = await polytag(...launch('wrong', 'no-such-model'));
    expect(wrong.code, wrong.stderr).toBe(2);
    expect(wrong.stderr).toMatch(/Retrying cannot fix tasks? .* \(exit code 2\)/);
    const other = await polytag(...launch('parts', 'no-such-model'));
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/belongs to another command/);
  });

  it('says what Slurm refuses', async () => {
    const refused = await polytag(...launch('refused', 'run'), 'partition=nowhere');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/sbatch refuses: .*partition/i);
  });
});

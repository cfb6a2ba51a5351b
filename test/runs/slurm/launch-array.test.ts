/** The launcher against programs that answer like Slurm's, from a list of answers. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../src/base/errors.js';
import { launchArray } from '../../../src/runs/slurm/launch-array.js';

let folder: string;
let path: string | undefined;
let notes: string[];

/** A program that notes how it was called and prints the next of its answers; the last one again and again. */
async function answer(program: string, ...answers: string[]): Promise<void> {
  const own = join(folder, 'bin', program);
  for (const [i, text] of answers.entries()) await writeFile(`${own}.${i + 1}`, text);
  await writeFile(
    own,
    `#!/bin/sh
echo "$@" >> "${own}.calls"
n=$(wc -l < "${own}.calls")
[ "$n" -gt ${answers.length} ] && n=${answers.length}
if grep -q error "${own}.$n"; then cat "${own}.$n" >&2; exit 1; fi
cat "${own}.$n"
`,
  );
  await chmod(own, 0o755);
}

const callsOf = async (program: string): Promise<string[]> =>
  (await readFile(join(folder, 'bin', `${program}.calls`), 'utf8').catch(() => '')).split('\n').slice(0, -1);

const launch = (over: Partial<Parameters<typeof launchArray>[0]> = {}): Promise<void> =>
  launchArray({
    name: 'test',
    command: ['true'],
    tasks: 3,
    workingFolder: folder,
    logs: join(folder, 'logs'),
    options: new Map(),
    folder: join(folder, 'out'),
    retries: 2,
    finished: async () => new Set(),
    onStatus: () => undefined,
    log: (line) => notes.push(line),
    ...over,
  });

const row = (job: number, task: number, state: string, exit = 0, reason = 'None'): string =>
  `${job} ${task} ${state} ${exit} ${reason}\n`;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-launch-'));
  await mkdir(join(folder, 'bin'));
  notes = [];
  path = process.env.PATH;
  process.env.PATH = `${join(folder, 'bin')}${delimiter}${path}`;
  await answer('sacct', 'error: accounting storage is disabled');
  await answer('scancel', '');
});
afterEach(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true, force: true });
});

describe('launchArray', () => {
  it('submits again what was stopped or lost, and no more than that', async () => {
    await answer('sbatch', '7\n', '8;cluster\n');
    await answer(
      'squeue',
      row(7, 1, 'COMPLETED') + row(7, 2, 'FAILED', 75 << 8) + row(7, 3, 'PREEMPTED'),
      row(8, 2, 'COMPLETED') + row(8, 3, 'COMPLETED'),
    );
    await launch({ maxRunning: 2 });
    const script = join(folder, 'out', 'slurm.sh');
    expect(await callsOf('sbatch')).toEqual([
      `--parsable --array=1-3%2 ${script}`,
      `--parsable --array=2-3%2 ${script}`,
    ]);
    expect(notes).toContain('Retrying after exit code 75: task 2.');
    expect((await callsOf('squeue'))[1]).toMatch(/--jobs=8$/);
  });

  it('gives up on a task that fails once too often, and starts anew when called again', async () => {
    await answer('sbatch', '7\n', '8\n', '9\n');
    await answer(
      'squeue',
      row(7, 1, 'FAILED', 1 << 8) + row(7, 2, 'COMPLETED') + row(7, 3, 'COMPLETED'),
      row(8, 1, 'FAILED', 1 << 8),
      row(9, 1, 'COMPLETED'),
    );
    await expect(launch({ retries: 1 })).rejects.toThrow(/^Task 1 failed in 2 tries \(exit code 1\)/);
    // A crash waits before its next try.
    expect((await callsOf('sbatch'))[1]).toMatch(/--array=1 --begin=now\+5 /);
    await launch({ retries: 1, finished: async () => new Set([2, 3]) });
    expect((await callsOf('sbatch'))[2]).toMatch(/--array=1 /);
  });

  it.each([2, 42])('stops at code %i with that code and cancels what waits', async (code) => {
    await answer('sbatch', '7\n');
    await answer('squeue', row(7, 1, 'RUNNING') + row(7, 2, 'FAILED', code << 8) + row(7, 3, 'PENDING'));
    const error: Failure = await launch().then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error.exitCode).toBe(code);
    expect(error.message).toMatch(`task 2 (exit code ${code})`);
    expect(await callsOf('scancel')).toEqual(['--state=PENDING 7']);
  });

  it('goes on after a stop when it is called again', async () => {
    await answer('sbatch', '7\n', '8\n');
    await answer(
      'squeue',
      row(7, 1, 'RUNNING') + row(7, 2, 'FAILED', 2 << 8) + row(7, 3, 'PENDING'),
      row(7, 1, 'RUNNING') + row(7, 3, 'CANCELLED', 15),
      row(7, 1, 'COMPLETED') + row(8, 2, 'COMPLETED') + row(8, 3, 'COMPLETED'),
    );
    await expect(launch()).rejects.toThrow(/Retrying cannot fix/);
    await launch();
    expect((await callsOf('sbatch'))[1]).toMatch(/--array=2-3 /);
    expect(notes.some((note) => note.startsWith('Following job 7 '))).toBe(true);
  });

  it('goes on while Slurm does not answer', { timeout: 60_000 }, async () => {
    await answer('sbatch', '7\n');
    await answer(
      'squeue',
      'slurm_load_jobs error: Unable to contact slurm controller',
      row(7, 1, 'COMPLETED'),
    );
    await launch({ tasks: 1 });
    expect(notes.some((note) => /Unable to contact.* Retrying/.test(note))).toBe(true);
  });

  it('asks the accounting, then the results, for tasks that squeue has forgotten', async () => {
    await answer('sbatch', '7\n', '8\n');
    await answer('squeue', 'slurm_load_jobs error: Invalid job id specified', row(8, 3, 'COMPLETED'));
    await answer('sacct', '7_1|COMPLETED|0:0\n');
    let asked = 0;
    await launch({ finished: async () => new Set(asked++ === 0 ? [] : [2]) });
    expect((await callsOf('sbatch'))[1]).toMatch(/--array=3 /);
    expect(notes).toContain('Retrying after UNKNOWN: task 3.');
  });

  it('leaves the jobs alone when it is stopped, and follows them when called again', async () => {
    await answer('sbatch', '7\n');
    await answer(
      'squeue',
      row(7, 1, 'PENDING', 0, 'Resources') + row(7, 2, 'RUNNING') + row(7, 3, 'COMPLETED'),
    );
    const controller = new AbortController();
    const left = launch({
      signal: controller.signal,
      onStatus: (status) => {
        expect(status).toEqual({ done: 1, running: 1, waiting: 1, reason: 'Resources' });
        controller.abort();
      },
    });
    await expect(left).rejects.toThrow(/The jobs continue: .*scancel 7/);
    await answer('squeue', row(7, 1, 'COMPLETED') + row(7, 2, 'COMPLETED'));
    await launch({ finished: async () => new Set([1, 2, 3]) });
    expect(await callsOf('sbatch')).toHaveLength(1);
    expect(await callsOf('scancel')).toHaveLength(0);
  });

  it('submits nothing where all is done, and refuses a folder of another command', async () => {
    await answer('sbatch', '7\n');
    await launch({ finished: async () => new Set([1, 2, 3]) });
    expect(await callsOf('sbatch')).toHaveLength(0);
    await expect(launch({ command: ['false'] })).rejects.toThrow(/belongs to another command/);
  });

  it('says where there is no Slurm', async () => {
    process.env.PATH = join(folder, 'nowhere');
    await expect(launch()).rejects.toThrow(/sbatch was not found/);
  });
});

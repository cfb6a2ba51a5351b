/** A plan as job arrays of Slurm: task i runs run i. */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { Interrupted, messageOf, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import { startProgress } from '../../base/progress.js';
import { threadsOf } from '../read.js';
import { launchArray } from '../slurm/launch-array.js';
import { TASK } from '../slurm/script.js';
import { executable } from './child.js';
import type { ExecuteOptions } from './options.js';
import { sidecar } from './plan.js';
import { runsWithOwnFeatures } from './prepare.js';
import { reached, type Task } from './task.js';

const planSchema = z.object({
  format: z.literal('polytag-plan/1'),
  pauseAfter: z.int().optional(),
  runs: z.array(z.object({ folder: z.string(), replace: z.boolean() })),
});

export type ArrayPlan = z.output<typeof planSchema>;

/** Reads the plan that an array's tasks share. Throws a UsageError when the file is not one. */
export async function readArrayPlan(path: string): Promise<ArrayPlan> {
  try {
    return planSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new UsageError(`${path} is not a plan of runs (${messageOf(error).split('\n')[0]}).`);
  }
}

/** Where a task records that its run failed in a way that retrying cannot fix. */
export const failurePath = (folder: string): string => sidecar(folder, '.failed');

/** Where a task records that it has begun to replace a run of another config, which happens once. */
export const begunPath = (folder: string): string => sidecar(folder, '.begun');

/**
 * Runs a whole plan as a job array and follows it to its end: first jobs that compute the features, then one task per
 * run. Finished runs are not submitted; the array is the whole plan's, so that the same command follows it again.
 * Records of unfinished tasks are brought up to date. Throws as `launchArray`, except that tasks which failed once too
 * often are failed runs.
 */
export async function executeOnSlurm(
  tasks: readonly Task[],
  { out, slurm, pauseAfter, signal, log }: ExecuteOptions,
  save: () => Promise<void>,
): Promise<void> {
  if (!slurm) throw new UsageError('The launcher slurm needs its options.');
  const folders = tasks.map(({ run }) => resolve(out, run.folder));
  const todo = tasks.filter(({ record }) => !record.reused);
  for (const { run } of todo) {
    const folder = resolve(out, run.folder);
    await writeWhole(sidecar(folder, '.yaml'), stringify(run.config));
    for (const path of [failurePath(folder), begunPath(folder)]) await rm(path, { force: true });
  }
  const array = { options: slurm.options, workingFolder: process.cwd(), retries: slurm.retries, signal, log };
  const preparing = runsWithOwnFeatures(todo.map(({ run }) => run));
  for (const [key, run] of preparing) {
    const folder = resolve(out, 'slurm', `prepare-${digest(key)}`);
    const config = join(folder, 'prepare.yaml');
    await writeWhole(config, stringify(run.config));
    await launchArray({
      ...array,
      name: 'polytag-prepare',
      command: [process.execPath, executable, 'data', 'prepare', config],
      tasks: 1,
      logs: join(folder, 'logs'),
      folder,
      finished: async () => new Set(),
      onStatus: () => undefined,
    });
  }
  const plan: ArrayPlan = {
    format: 'polytag-plan/1',
    pauseAfter,
    runs: tasks.map(({ state }, i) => ({ folder: folders[i], replace: state.status === 'changed' })),
  };
  const folder = resolve(out, 'slurm', digest([tasks.map(({ run }) => run), pauseAfter ?? null]));
  const planPath = join(folder, 'plan.json');
  await writeWhole(planPath, JSON.stringify(plan));
  const finished = async (): Promise<Set<number>> => {
    const done = new Set<number>();
    for (const [i, { run }] of tasks.entries())
      if ((await reached(run, out, pauseAfter)) || (await exists(failurePath(folders[i])))) done.add(i + 1);
    return done;
  };
  const progress = startProgress('Runs', tasks.length, 'runs');
  let trouble: string | null = null;
  try {
    await launchArray({
      ...array,
      name: 'polytag-run',
      command: [process.execPath, executable, 'planned-run', planPath, TASK],
      tasks: tasks.length,
      logs: join(folder, 'logs'),
      folder,
      maxRunning: slurm.maxRunning,
      finished,
      onStatus: ({ done, running, waiting }) =>
        progress.update(done, `${running} running, ${waiting} waiting`),
    });
  } catch (error) {
    if (error instanceof Interrupted) log(error.message);
    else trouble = messageOf(error);
  } finally {
    progress.stop();
  }
  for (const { run, record } of todo) {
    const folder = resolve(out, run.folder);
    const came = await reached(run, out, pauseAfter);
    const failure = await readFile(failurePath(folder), 'utf8').catch((): null => null);
    record.status = came ?? (failure !== null || !signal?.aborted ? 'failed' : 'interrupted');
    record.error = came ? null : (failure?.trim() ?? trouble);
    record.threads = await threadsOf(folder);
  }
  await save();
}

const digest = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);

/** Executes a plan: each run in a process, skipping finished runs and resuming interrupted ones. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, Interrupted, UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { lockHolder, withLockOrRefuse } from '../../base/lock.js';
import { startProgress } from '../../base/progress.js';
import { runPath } from '../layout.js';
import { epochsOf, threadsOf } from '../read.js';
import { type ChildEnd, runChild } from './child.js';
import type { ExecuteOptions } from './options.js';
import { type PlannedRun, type RunState, requireDistinctRuns, sidecar, stateOfRun } from './plan.js';
import { prepareFeatures } from './prepare.js';
import { readStudyRecord, type StudyRecord, writeStudyRecord } from './record.js';
import { executeOnSlurm } from './slurm.js';
import { reached, type Task } from './task.js';

export interface RunOutcome {
  run: PlannedRun;
  /** `paused`: trained up to `pauseAfter`; `waiting`: never begun, because a signal stopped the plan. */
  status: 'finished' | 'paused' | 'failed' | 'interrupted' | 'waiting';
  /** Whether nothing was left to do. */
  reused: boolean;
  /** Wall-clock time of all its processes so far. */
  seconds: number;
  error: string | null;
}

/** Polling interval of a run in another process, in ms. */
const LOOK_MS = 1000;

/**
 * Threads of each of `jobs` processes: `TF_NUM_INTRAOP_THREADS`, else the cores divided by the processes; at least one.
 */
export function threadsPerJob(jobs: number): number {
  const told = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return told > 0 ? told : Math.max(1, Math.floor(availableParallelism() / jobs));
}

/**
 * Executes a plan; outcomes are in its order. A failed run is noted and the others continue; on a signal every run
 * keeps a checkpoint, and the same call resumes from there. With the same number of jobs the results are the same to
 * the bit, since that number decides the threads of a run; a run that was begun with another number of threads keeps
 * its own.
 *
 * @throws UsageError when a folder holds a run of another config, naming the first key, another process executes a plan
 *   in the folder, or a data set is wrong; Interrupted when features were being prepared
 */
export async function executePlan(
  plan: readonly PlannedRun[],
  options: ExecuteOptions,
): Promise<RunOutcome[]> {
  const { out, jobs } = options;
  if (!(Number.isInteger(jobs) && jobs >= 1)) throw new UsageError('--jobs must be a whole number from 1.');
  requireDistinctRuns(plan);
  return withLockOrRefuse(join(out, '.lock'), out, () => executeLocked(plan, options));
}

async function executeLocked(plan: readonly PlannedRun[], options: ExecuteOptions): Promise<RunOutcome[]> {
  const { out, launcher, jobs, log } = options;
  const earlier = await readStudyRecord(out);
  const tasks: Task[] = [];
  for (const run of plan) {
    const { group, seed, folder } = run;
    const state = await stateOfRun(run, out);
    const before = state.status === 'new' ? undefined : earlier?.runs.find((one) => one.folder === folder);
    const done = await reached(run, out, options.pauseAfter);
    tasks.push({
      run,
      state,
      record: {
        ...{ group, seed, folder, error: null },
        status: done ?? 'waiting',
        reused: done !== null,
        seconds: before?.seconds ?? 0,
        threads: done ? await threadsOf(join(out, folder)) : null,
      },
    });
  }
  if (!options.overwrite) requireUnchanged(tasks, out);
  const record: StudyRecord = {
    format: 'polytag-study/1',
    launcher,
    jobs,
    begun: new Date().toISOString(),
    ended: null,
    runs: [...tasks.map((task) => task.record), ...othersOf(earlier, plan)],
  };
  const save = (): Promise<void> => writeStudyRecord(out, record);
  const todo = tasks.filter((task) => !task.record.reused);
  log(describeTasks(tasks));
  // Errors of the data are found before anything is written.
  if (launcher === 'local')
    await prepareFeatures(
      todo.map(({ run }) => run),
      options,
    );
  await save();
  if (todo.length > 0) {
    if (launcher === 'slurm') await executeOnSlurm(tasks, options, save);
    else await executeHere(todo, options, save);
  }
  record.ended = new Date().toISOString();
  await save();
  return tasks.map(({ run, record: { status, reused, seconds, error } }) => ({
    run,
    status: status === 'running' ? 'interrupted' : status,
    reused,
    seconds,
    error,
  }));
}

/** Recorded runs that are not in this plan: of an earlier rung, or of other settings. */
function othersOf(earlier: StudyRecord | null, plan: readonly PlannedRun[]): StudyRecord['runs'] {
  const planned = new Set(plan.map(({ folder }) => folder));
  return (earlier?.runs ?? []).filter(({ folder }) => !planned.has(folder));
}

function requireUnchanged(tasks: readonly Task[], out: string): void {
  const changed = tasks.filter(({ state }) => state.status === 'changed');
  if (changed.length === 0) return;
  const [{ run, state }] = changed;
  const { key, found, planned } = state.difference!;
  const more = changed.length > 1 ? ` (and ${changed.length - 1} more such folders)` : '';
  throw new UsageError(
    `${join(out, run.folder)} holds a run of another config: ${key} is ${found} there and ${planned} here${more}; give --overwrite to replace such runs, or another folder with --out.`,
  );
}

function describeTasks(tasks: readonly Task[]): string {
  const count = (status: RunState['status']): number =>
    tasks.filter(({ state, record }) => !record.reused && state.status === status).length;
  const parts: [number, string][] = [
    [tasks.filter(({ record }) => record.reused).length, 'done before'],
    [count('begun'), 'to resume'],
    [count('new'), 'new'],
    [count('changed'), 'to replace'],
  ];
  const named = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${countText(tasks.length, 'run')}: ${named.join(', ')}.`;
}

/** Runs tasks as concurrent processes of this machine. */
async function executeHere(
  todo: readonly Task[],
  { out, jobs, pauseAfter, signal, log }: ExecuteOptions,
  save: () => Promise<void>,
): Promise<void> {
  const threads = threadsPerJob(jobs);
  log(`${Math.min(jobs, todo.length)} at once, with ${threads} thread${threads > 1 ? 's' : ''} each.`);
  const progress = startProgress('Runs', todo.length, 'runs');
  const running = new Set<Task>();
  let ended = 0;
  let next = 0;
  const show = async (): Promise<void> => {
    const texts = [...running].map(async ({ run }) => {
      const epochs = await epochsOf(join(out, run.folder));
      return `${run.group} seed ${run.seed} epoch ${epochs.length}/${run.config.training.epochs}`;
    });
    progress.update(ended, (await Promise.all(texts)).join('; '));
  };
  const looking = setInterval(() => void show(), LOOK_MS);
  const serve = async (): Promise<void> => {
    while (next < todo.length && !signal?.aborted) {
      const task = todo[next++];
      running.add(task);
      Object.assign(task.record, { status: 'running' });
      await save();
      await executeTask(task, { out, pauseAfter, signal, log }, threads);
      running.delete(task);
      ended++;
      const { status, error, seconds } = task.record;
      const why = error === null || status === 'interrupted' ? '' : `: ${error}`;
      log(`${task.run.group}, seed ${task.run.seed}: ${status} (${seconds.toFixed(1)} s)${why}`);
      await save();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, todo.length) }, serve));
  } finally {
    clearInterval(looking);
    progress.update(ended, '');
    progress.stop();
  }
}

/** Runs one task to its wanted state, and records how it ended. */
async function executeTask(
  { run, state, record }: Task,
  { out, pauseAfter, signal, log }: Pick<ExecuteOptions, 'out' | 'pauseAfter' | 'signal' | 'log'>,
  usual: number,
): Promise<void> {
  const folder = join(out, run.folder);
  await waitForFolder(folder, signal, log);
  // A child of a sweep that was killed outlives it for a moment, and may have begun the run since the plan was made.
  const now = await stateOfRun(run, out);
  const status = now.status === 'changed' ? state.status : now.status;
  const threads = (status === 'begun' ? await threadsOf(folder) : null) ?? usual;
  if (threads !== usual)
    log(
      `${folder} was begun with ${threads} threads and continues with as many, so that its results stay the same to the bit.`,
    );
  const existing = { new: 'refuse', begun: 'resume', finished: 'resume', changed: 'overwrite' } as const;
  const begun = performance.now();
  const child = (mode: (typeof existing)[RunState['status']]): Promise<ChildEnd> =>
    runChild({ config: run.config, folder, existing: mode, pauseAfter, threads, signal });
  const attempt = async (): Promise<ChildEnd> => {
    if (signal?.aborted) return { kind: 'interrupted', error: null };
    if (await reached(run, out, pauseAfter)) return { kind: 'done', error: null };
    const first = await child(existing[status]);
    if (first.kind !== 'failed' || !first.refused || status !== 'new') return first;
    // It was refused by a folder that such a child has begun in between.
    await waitForFolder(folder, signal, log);
    return (await reached(run, out, pauseAfter)) ? { kind: 'done', error: null } : child('resume');
  };
  const end = await attempt();
  record.seconds += (performance.now() - begun) / 1000;
  record.threads = (await threadsOf(folder)) ?? threads;
  record.error = end.error;
  if (end.kind !== 'done') {
    record.status = end.kind;
    return;
  }
  const came = await reached(run, out, pauseAfter);
  record.status = came ?? 'failed';
  if (came === null) record.error = `It ended without its results; see ${sidecar(folder, '.log')}.`;
}

/** Waits until no other process works in a run's folder, or until a signal. */
async function waitForFolder(
  folder: string,
  signal: AbortSignal | undefined,
  log: (line: string) => void,
): Promise<void> {
  const orphan = await lockHolder(runPath(folder, 'lock'));
  if (orphan) log(`${folder} is in use by process ${orphan.pid} on ${orphan.host}; waiting for it to end.`);
  while (!signal?.aborted && (await lockHolder(runPath(folder, 'lock'))) !== null) await sleep(LOOK_MS);
}

/** Throws Interrupted when a signal stopped the plan, or a Failure that lists the runs that failed. */
export function requireAllDone(outcomes: readonly RunOutcome[]): void {
  const count = (status: RunOutcome['status']): number =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const done = count('finished') + count('paused');
  if (count('interrupted') + count('waiting') > 0)
    throw new Interrupted(
      `Stopped with ${done} of ${outcomes.length} runs done; checkpoints are kept, and the same command continues from them.`,
    );
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return;
  const list = failed.map(({ run, error }) => `${run.group}, seed ${run.seed}: ${error}`).join('\n');
  throw new Failure(
    `${failed.length} of ${outcomes.length} runs failed; the same command tries them again:\n${list}`,
  );
}

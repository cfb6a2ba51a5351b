/**
 * Runs a command many times on Slurm, as a job array, and follows it to its end. Knows nothing of what the command does
 * but its exit codes: 0 done, 2 and 42 that no repetition helps, everything else that it may.
 *
 * Tasks that are to be tried again are submitted as a new array instead of by "scontrol requeue": Slurm forgets jobs
 * minutes after their end, and some sites do not allow to requeue.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT, Failure, Interrupted } from '../../base/errors.js';
import { makeFolder, writeWhole } from '../../base/files.js';
import { cancelWaiting, submit, taskStates } from './programs.js';
import { type ArrayRecord, readRecord, type TaskRecord, writeRecord } from './record.js';
import { type ArrayCommand, arrayExpression, arrayScript } from './script.js';
import { describeEnd, type TaskEnd, taskKey, verdictOf } from './states.js';

export interface ArrayStatus {
  done: number;
  running: number;
  waiting: number;
  /** Slurm's reason for most waiting tasks; empty when none waits. */
  reason: string;
}

export interface LaunchOptions extends ArrayCommand {
  /** Folder of slurm.json and of the script; the next call with the same folder continues to follow. */
  folder: string;
  /** Times that a task is resubmitted after an end that retrying may fix. */
  retries: number;
  /** Numbers of the tasks whose results exist, whoever made them. */
  finished: () => Promise<ReadonlySet<number>>;
  /** Called after each query of Slurm. */
  onStatus: (status: ArrayStatus) => Promise<void> | void;
  log: (line: string) => void;
  /** Returns and leaves the jobs running. */
  signal?: AbortSignal;
}

/** Tasks ended in a way that retrying cannot fix. */
class Refused extends Failure {
  override readonly name = 'Refused';
  constructor(
    message: string,
    override readonly exitCode: number,
  ) {
    super(message);
  }
}

/** Seconds between two queries of Slurm, less than it remembers a task that ended. */
const LONGEST_PAUSE = 30;
/** Seconds before the first query. */
const SHORTEST_PAUSE = 1;
/** Seconds that a task waits after its first crash, doubled after each further one, for a broken node. */
const CRASH_PAUSE = 5;
const LONGEST_CRASH_PAUSE = 600;

/** Tasks that a message names. */
const NAMED = 10;

/** Numbers of tasks for a message. */
function nameTasks(tasks: readonly number[]): string {
  const named = tasks.slice(0, NAMED).join(', ');
  return `task${tasks.length > 1 ? 's' : ''} ${named}${tasks.length > NAMED ? `, … (${tasks.length})` : ''}`;
}

const isLiving = ({ job, end }: TaskRecord): boolean => job !== null && end === null;

/** Seconds before the next try after such an end. */
function delayOf(ended: readonly TaskRecord[]): number {
  const crashes = ended.filter(({ end }) => end?.state === 'FAILED' && end.exitCode !== EXIT.tryAgain);
  if (crashes.length === 0) return 0;
  const tries = Math.max(...crashes.map((task) => task.tries));
  return Math.min(LONGEST_CRASH_PAUSE, CRASH_PAUSE * 2 ** (tries - 1));
}

/** One launch: the array's script, its record and what Slurm is asked. */
class Launch {
  readonly #options: LaunchOptions;
  readonly #record: ArrayRecord;
  readonly #script: string;

  constructor(options: LaunchOptions, record: ArrayRecord) {
    this.#options = options;
    this.#record = record;
    this.#script = join(options.folder, 'slurm.sh');
  }

  get #jobs(): string[] {
    return [...new Set(this.#record.tasks.filter(isLiving).map(({ job }) => job!))];
  }

  /** Tasks that ended and have a try left, kept while sbatch does not answer. */
  get #toTryAgain(): number[] {
    return this.#record.tasks.flatMap(({ end, tries }, i) =>
      end !== null && verdictOf(end) === 'again' && tries <= this.#options.retries ? [i + 1] : [],
    );
  }

  /** Submits tasks that are neither done nor queued, with all their tries. */
  async begin(): Promise<void> {
    const { folder, logs, log, finished } = this.#options;
    await makeFolder(logs);
    await writeWhole(this.#script, arrayScript(this.#options));
    // Tasks that ended while no launcher followed, cancelled ones too, are submitted again.
    await this.ask();
    const done = await finished();
    const tasks: number[] = [];
    for (const [index, task] of this.#record.tasks.entries()) {
      if (isLiving(task)) continue;
      task.tries = 0;
      if (done.has(index + 1)) task.end = { state: 'COMPLETED', exitCode: 0, signal: 0 };
      else tasks.push(index + 1);
    }
    const before = this.#jobs;
    if (before.length > 0) log(`Following job ${before.join(', ')} of ${folder}/slurm.json.`);
    await this.#submit(tasks, 0);
  }

  /** Submits tasks in one array. */
  async #submit(tasks: readonly number[], delaySeconds: number): Promise<void> {
    if (tasks.length > 0) {
      const job = await submit(this.#script, arrayExpression(tasks, this.#options.maxRunning), delaySeconds);
      for (const number of tasks) {
        const task = this.#record.tasks[number - 1];
        Object.assign(task, { job, end: null, tries: task.tries + 1 });
      }
      this.#options.log(
        `Job ${job}: ${tasks.length} of ${this.#record.tasks.length} tasks, their output in ${this.#options.logs}.`,
      );
    }
    await writeRecord(this.#options.folder, this.#record);
  }

  /** Queries Slurm and records the tasks that have ended since. */
  async ask(): Promise<{ status: ArrayStatus; ended: number[] }> {
    const { tasks } = this.#record;
    const living = tasks.flatMap(({ job, end }, index) =>
      job !== null && end === null ? [{ job, task: index + 1 }] : [],
    );
    const states = living.length > 0 ? await taskStates(living) : new Map<string, never>();
    const ended: number[] = [];
    const reasons = new Map<string, number>();
    let [running, waiting] = [0, 0];
    const forgotten = living.filter(({ job, task }) => !states.has(taskKey(job, task)));
    const finished = forgotten.length > 0 ? await this.#options.finished() : new Set<number>();
    for (const { job, task } of living) {
      const state = states.get(taskKey(job, task));
      if (state?.kind === 'running') running++;
      else if (state?.kind === 'waiting') {
        waiting++;
        reasons.set(state.reason, (reasons.get(state.reason) ?? 0) + 1);
      } else {
        tasks[task - 1].end = state?.end ?? {
          state: finished.has(task) ? 'COMPLETED' : 'UNKNOWN',
          exitCode: 0,
          signal: 0,
        };
        ended.push(task);
      }
    }
    const done = tasks.filter(({ end }) => end !== null && verdictOf(end) === 'done').length;
    const reason = [...reasons].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
    return { status: { done, running, waiting, reason }, ended };
  }

  /** Acts on the end of tasks: nothing, another try, or the end of all. */
  async react(ended: readonly number[]): Promise<void> {
    const { tasks } = this.#record;
    const { logs, log } = this.#options;
    const endOf = (task: number): TaskEnd => tasks[task - 1].end!;
    const stopping = ended.filter((task) => verdictOf(endOf(task)) === 'stop');
    if (stopping.length > 0) {
      await writeRecord(this.#options.folder, this.#record);
      const jobs = this.#jobs;
      if (jobs.length > 0) await cancelWaiting(jobs).catch((error: Error) => log(error.message));
      const end = endOf(stopping[0]);
      const code = end.state === 'FAILED' ? end.exitCode : EXIT.failed;
      throw new Refused(
        `Retrying cannot fix ${nameTasks(stopping)} (${describeEnd(end)}); see the output in ${logs}. Tasks that had not begun were cancelled, and running ones continue to their end; the same command submits the rest.`,
        code,
      );
    }
    const again = this.#toTryAgain;
    const hows = new Set(again.map((task) => describeEnd(endOf(task))));
    for (const how of hows)
      log(`Retrying after ${how}: ${nameTasks(again.filter((task) => describeEnd(endOf(task)) === how))}.`);
    if (ended.length > 0 || again.length > 0)
      await this.#submit(again, delayOf(again.map((task) => tasks[task - 1])));
  }

  /** Throws when tasks were lost and none is queued. */
  conclude(): void {
    const lost = this.#record.tasks.flatMap(({ end }, i) =>
      end !== null && verdictOf(end) !== 'done' ? [i + 1] : [],
    );
    if (lost.length === 0) return;
    const end = describeEnd(this.#record.tasks[lost[0] - 1].end!);
    throw new Failure(
      `${nameTasks(lost).replace('t', 'T')} failed in ${this.#options.retries + 1} tries (${end}); see the output in ${this.#options.logs}. The same command tries again.`,
    );
  }

  get isOver(): boolean {
    return !this.#record.tasks.some(isLiving) && this.#toTryAgain.length === 0;
  }

  /** Message when the launcher is stopped. */
  left(): Interrupted {
    const jobs = this.#jobs;
    if (jobs.length === 0)
      return new Interrupted('No task is queued or running; the same command submits them again.');
    return new Interrupted(
      `The jobs continue: the same command follows them again, "squeue --jobs=${jobs.join(',')}" shows them, "scancel ${jobs.join(' ')}" cancels them.`,
    );
  }
}

/**
 * Runs a command as a Slurm array: submits its tasks, follows them, resubmits those that were stopped, killed or lost,
 * and returns when all are done. Called again with the same folder it follows the same jobs, and submits what failed.
 *
 * @throws UsageError where there is no Slurm, or when the folder belongs to another command; Failure with the task's
 *   own exit code when a task ended with 2 or 42, with 1 when tasks were cancelled or failed once too often; Interrupted
 *   when `signal` was set, with the jobs still running
 */
export async function launchArray(options: LaunchOptions): Promise<void> {
  const { signal, onStatus, log } = options;
  const launch = new Launch(options, await readRecord(options.folder, options));
  await launch.begin();
  let pause = SHORTEST_PAUSE;
  let before = '';
  let silent = false;
  for (;;) {
    if (signal?.aborted) throw launch.left();
    try {
      const { status, ended } = await launch.ask();
      silent = false;
      await onStatus(status);
      await launch.react(ended);
      const now = JSON.stringify(status);
      pause = now === before ? Math.min(LONGEST_PAUSE, pause * 1.5) : SHORTEST_PAUSE;
      before = now;
    } catch (error) {
      // A controller that restarts or is overloaded does not end the jobs.
      if (!(error instanceof Error && error.name === 'SlurmError')) throw error;
      if (!silent) log(`${error.message} Retrying until it answers.`);
      silent = true;
      pause = Math.min(LONGEST_PAUSE, pause * 2);
    }
    if (launch.isOver) break;
    await sleep(pause * 1000, undefined, { signal }).catch(() => undefined);
  }
  launch.conclude();
}

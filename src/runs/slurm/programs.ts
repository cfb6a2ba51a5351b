/** Slurm's programs: sbatch submits, squeue and sacct list states, scancel cancels. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure, messageOf, systemCode, UsageError } from '../../base/errors.js';
import { parseSacct, parseSqueue, SACCT_FORMAT, SQUEUE_FORMAT, type TaskState, taskKey } from './states.js';

const execute = promisify(execFile);

/** Bytes of a program's output: a line of squeue is 208, and an array may have four million tasks. */
const MOST_OUTPUT = 2 ** 30;

class SlurmError extends Failure {
  override readonly name = 'SlurmError';
}

async function run(program: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { maxBuffer: MOST_OUTPUT });
    return stdout;
  } catch (error) {
    if (systemCode(error) === 'ENOENT')
      throw new UsageError(
        `${program} was not found; --launcher slurm needs a machine that submits to Slurm (--dry-run prints the script anywhere).`,
      );
    const said = (error as { stderr?: string }).stderr?.trim().replace(/\s*\n\s*/g, ' ') || messageOf(error);
    throw new SlurmError(`${program} refuses: ${said}`);
  }
}

/**
 * Submits a script with the given task numbers. Throws a UsageError where there is no Slurm; a Failure when it refuses.
 */
export async function submit(script: string, array: string, delaySeconds: number): Promise<string> {
  const begin = delaySeconds > 0 ? [`--begin=now+${delaySeconds}`] : [];
  const printed = await run('sbatch', ['--parsable', `--array=${array}`, ...begin, script]).catch((error) => {
    if (error instanceof SlurmError && /job array/i.test(error.message))
      throw new Failure(
        `${error.message}; "scontrol show config | grep MaxArraySize" shows the most tasks of an array.`,
      );
    throw error;
  });
  // "1234", or "1234;cluster" where there are several.
  const job = /^(\d+)(;.*)?$/m.exec(printed)?.[1];
  if (job === undefined)
    throw new Failure(`sbatch printed ${JSON.stringify(printed)} instead of a job number.`);
  return job;
}

/**
 * States of tasks, given as job number and array index, by taskKey. Tasks that ended a while ago are known to the
 * accounting only, and without it are left out. Throws a Failure while Slurm does not answer.
 */
export async function taskStates(
  tasks: readonly { job: string; task: number }[],
): Promise<Map<string, TaskState>> {
  const list = `--jobs=${[...new Set(tasks.map(({ job }) => job))].join(',')}`;
  const queued = await run('squeue', [
    ...['--array', '--noheader', '--states=all', `--Format=${SQUEUE_FORMAT}`],
    list,
  ]).catch((error) => {
    // squeue fails for a single unknown job; of several, it lists the known ones.
    if (error instanceof SlurmError && /invalid job id/i.test(error.message)) return '';
    throw error;
  });
  const states = parseSqueue(queued);
  if (tasks.every(({ job, task }) => states.has(taskKey(job, task)))) return states;
  const accounted = await run('sacct', [
    ...['--allocations', '--noheader', '--parsable2', `--format=${SACCT_FORMAT}`],
    list,
  ]).catch(() => '');
  return new Map([...parseSacct(accounted), ...states]);
}

/** Cancels the tasks of jobs that have not begun; running ones continue to their end. */
export async function cancelWaiting(jobs: readonly string[]): Promise<void> {
  await run('scancel', ['--state=PENDING', ...jobs]);
}

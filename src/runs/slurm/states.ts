/** Parses states of tasks from squeue and sacct, and decides about retries. */
import { EXIT } from '../../base/errors.js';

export interface TaskEnd {
  /** Slurm's word: COMPLETED, FAILED, TIMEOUT, … */
  state: string;
  exitCode: number;
  /** Number of the signal that ended it; 0 for none. */
  signal: number;
}

export type TaskState =
  | { kind: 'waiting'; reason: string }
  | { kind: 'running' }
  | { kind: 'ended'; end: TaskEnd };

/** What to do about a task that ended. */
export type Verdict = 'done' | 'again' | 'stop';

/** Final states. */
const ENDS = new Set([
  ...['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'NODE_FAIL', 'OUT_OF_MEMORY'],
  ...['PREEMPTED', 'REVOKED', 'TIMEOUT'],
]);

const WAITING = new Set([
  'PENDING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
]);

/** Format for {@link parseSqueue}: fields separated by spaces, with the reason, which may have spaces, last. */
export const SQUEUE_FORMAT = 'ArrayJobID:24,ArrayTaskID:24,State:24,exit_code:16,Reason:120';

/** Format for {@link parseSacct}, separated by bars. */
export const SACCT_FORMAT = 'JobID,State,ExitCode';

/** Key of a task of a job, as in `1234_7`. */
export const taskKey = (job: string, task: number | string): string => `${job}_${task}`;

/** `75:0` (code and signal), or the 19200 that wait(2) gives for it. */
function parseExit(text: string): { exitCode: number; signal: number } {
  const pair = /^(\d+):(\d+)$/.exec(text);
  if (pair) return { exitCode: Number(pair[1]), signal: Number(pair[2]) };
  const status = Number(text);
  return { exitCode: (status >> 8) & 0xff, signal: status & 0x7f };
}

function stateOf(state: string, exit: string, reason: string): TaskState {
  if (ENDS.has(state)) return { kind: 'ended', end: { state, ...parseExit(exit) } };
  return WAITING.has(state) ? { kind: 'waiting', reason } : { kind: 'running' };
}

/** Reads `squeue --array --noheader --states=all --Format=SQUEUE_FORMAT`. */
export function parseSqueue(text: string): Map<string, TaskState> {
  const states = new Map<string, TaskState>();
  for (const line of text.split('\n')) {
    const match = /^(\d+)\s+(\d+)\s+([A-Z_]+)\s+(\S+)\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const [, job, task, state, exit, reason] = match;
    states.set(taskKey(job, task), stateOf(state, exit, reason));
  }
  return states;
}

/**
 * Reads `sacct --allocations --noheader --parsable2 --format=SACCT_FORMAT`. Only ends are taken: of tasks that are on
 * their way squeue knows more.
 */
export function parseSacct(text: string): Map<string, TaskState> {
  const states = new Map<string, TaskState>();
  for (const line of text.split('\n')) {
    // "CANCELLED by 1000" names who did it.
    const match = /^(\d+_\d+)\|([A-Z_]+)[^|]*\|(\d+:\d+)$/.exec(line.trim());
    if (match && ENDS.has(match[2])) states.set(match[1], stateOf(match[2], match[3], ''));
  }
  return states;
}

/**
 * Consequence of a task's end. Its own exit codes say whether trying again can help; a task that someone cancelled is
 * not restarted.
 */
export function verdictOf({ state, exitCode }: TaskEnd): Verdict {
  if (state === 'COMPLETED') return 'done';
  if (state === 'CANCELLED' || state === 'DEADLINE') return 'stop';
  const refused = state === 'FAILED' && (exitCode === EXIT.wrongUse || exitCode === EXIT.doNotRetry);
  return refused ? 'stop' : 'again';
}

export function describeEnd({ state, exitCode, signal }: TaskEnd): string {
  if (state !== 'FAILED') return state === 'OUT_OF_MEMORY' ? 'OUT_OF_MEMORY (ask for more by mem=)' : state;
  return signal > 0 ? `killed by signal ${signal}` : `exit code ${exitCode}`;
}

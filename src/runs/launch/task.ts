/** A planned run in execution. */
import { join } from 'node:path';
import { epochsOf } from '../read.js';
import { type PlannedRun, type RunState, stateOfRun } from './plan.js';
import type { RecordedRun } from './record.js';

/** A planned run with its state and its line of the record. */
export interface Task {
  run: PlannedRun;
  /** Before the plan was executed. */
  state: RunState;
  record: RecordedRun;
}

/**
 * Whether a run is finished, or paused after the wanted `pauseAfter` epochs; null when something is left to do. Without
 * `pauseAfter` all epochs and the evaluation are wanted.
 */
export async function reached(
  run: PlannedRun,
  out: string,
  pauseAfter: number | undefined,
): Promise<'finished' | 'paused' | null> {
  const { status } = await stateOfRun(run, out);
  if (status === 'finished') return 'finished';
  if (status !== 'begun' || pauseAfter === undefined) return null;
  return (await epochsOf(join(out, run.folder))).length >= pauseAfter ? 'paused' : null;
}

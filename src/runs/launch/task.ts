/** A planned run on its way. */
import { join } from 'node:path';
import { epochsOf } from '../read.js';
import { type PlannedRun, type RunState, stateOfRun } from './plan.js';
import type { RecordedRun } from './record.js';

/** A planned run with what was found of it, and its line of the record. */
export interface Task {
  run: PlannedRun;
  /** Before the plan was executed. */
  state: RunState;
  record: RecordedRun;
}

/**
 * Whether a run is as far as it is wanted.
 *
 * @param pauseAfter - epochs that are wanted; all, and the evaluation, when left out
 * @returns finished or paused; null when there is something left to do
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

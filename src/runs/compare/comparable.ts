/** Which runs can be compared: those with the same task and test set. */
import { createHash } from 'node:crypto';
import { groupBy } from '../../base/group-by.js';
import type { StoredRun } from '../read.js';

/** A run that is not compared, and why. */
export interface LeftOut {
  run: StoredRun;
  /** The end of a sentence: `its protocol is "…", not "…"`. */
  reason: string;
}

/** Which labels are compared: those that all runs must have the same of, or those that they have in common. */
export type ComparedLabels = 'same' | 'common';

/**
 * The largest set of runs with the same test set and protocol, among equally large ones that of the run given first;
 * the others are left out, with a reason each. Where the `common` labels are compared, runs may have other labels.
 */
export function comparableRuns(
  runs: readonly StoredRun[],
  labels: ComparedLabels = 'same',
): { compared: StoredRun[]; leftOut: LeftOut[] } {
  const compared = [...groupBy(runs, (run) => questionOf(run, labels)).values()].reduce((best, set) =>
    set.length > best.length ? set : best,
  );
  const [reference] = compared;
  const leftOut = runs
    .filter((run) => !compared.includes(run))
    .map((run) => ({ run, reason: differenceBetween(run, reference) }));
  return { compared, leftOut };
}

function questionOf({ metrics, predictions }: StoredRun, compared: ComparedLabels): string {
  const { task, labels, ids, targets } = predictions;
  const of = [task, metrics.protocol, metrics.split, ids];
  if (compared === 'common') return JSON.stringify(of);
  return JSON.stringify([...of, labels, createHash('sha256').update(targets).digest('hex')]);
}

function differenceBetween(run: StoredRun, reference: StoredRun): string {
  const own = run.predictions;
  const other = reference.predictions;
  if (own.task !== other.task) return `its task is ${own.task}, not ${other.task}`;
  if (run.metrics.protocol !== reference.metrics.protocol)
    return `its protocol is "${run.metrics.protocol}", not "${reference.metrics.protocol}"`;
  if (run.metrics.split !== reference.metrics.split)
    return `it was evaluated on the ${run.metrics.split} split, not on the ${reference.metrics.split} split`;
  if (own.labels.join('\n') !== other.labels.join('\n'))
    return own.labels.length === other.labels.length
      ? 'its labels are different, or in another order'
      : `it has ${own.labels.length} labels, not ${other.labels.length}${own.task === 'tagging' ? ' ("--labels common" compares on those that all have)' : ''}`;
  const known = new Set(other.ids);
  const common = own.ids.filter((id) => known.has(id)).length;
  if (common < own.ids.length || own.ids.length < other.ids.length)
    return `its test set has ${own.ids.length} examples, the others' ${other.ids.length}, and they have ${common} in common`;
  return 'the ground truth of its test set is different';
}

/** A plan of runs: their folders and states. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import type { Config } from '../../config/schema.js';
import { flatten } from '../compare/settings.js';
import { RUN_FILES } from '../layout.js';
import { isFinished, readConfig } from '../read.js';

/** One run of a study or sweep. */
export interface PlannedRun {
  /** Experiment that it belongs to; runs of one group differ only by their seed. Unique, fit for a folder name. */
  group: string;
  seed: number;
  /** Folder relative to the study's: `runs/<group>/seed-<n>`. */
  folder: string;
  /** Resolved, with the seed. */
  config: Config;
}

/** State of a run; `changed`: its folder has a run of another config. */
export type RunStatus = 'finished' | 'begun' | 'new' | 'changed';

export interface RunState {
  status: RunStatus;
  /** The first key in which the existing run differs, with both values; null unless it is `changed`. */
  difference: { key: string; found: string; planned: string } | null;
}

/** Keys of places and saving intervals, which change no result. */
const WITHOUT_EFFECT = new Set(['inputs.store', 'training.checkpoint_steps']);

const GROUP = /^[\w][\w.,=+-]*$/;

/**
 * The runs of one experiment, one per seed; the config's own seed is replaced. Throws a UsageError for a group name
 * with other characters than letters, digits and `_ . , = + -`.
 */
export function planGroup(group: string, config: Config, seeds: readonly number[]): PlannedRun[] {
  if (!GROUP.test(group))
    throw new UsageError(
      `"${group}" is not a valid name of an experiment: use letters, digits and _ . , = + -, beginning with a letter or digit.`,
    );
  return seeds.map((seed) => ({
    group,
    seed,
    folder: join('runs', group, `seed-${seed}`),
    config: { ...config, seed },
  }));
}

/** Throws a UsageError that names the first folder that two runs of a plan share. */
export function requireDistinctRuns(plan: readonly PlannedRun[]): void {
  const seen = new Set<string>();
  for (const { group, seed, folder } of plan) {
    if (seen.has(folder))
      throw new UsageError(`The plan has two runs of "${group}" with seed ${seed}; remove one.`);
    seen.add(folder);
  }
}

/** State of a planned run; a folder with a config that cannot be read counts as changed. */
export async function stateOfRun(run: PlannedRun, out: string): Promise<RunState> {
  const folder = join(out, run.folder);
  const entries = (await readdir(folder).catch(() => [])).filter((name) => name !== RUN_FILES.lock);
  if (entries.length === 0) return { status: 'new', difference: null };
  const found = await readConfig(folder).catch((): null => null);
  const difference = found
    ? firstDifference(found, run.config)
    : { key: RUN_FILES.config, found: 'no config that can be read', planned: 'one' };
  if (difference) return { status: 'changed', difference };
  return { status: (await isFinished(folder)) ? 'finished' : 'begun', difference: null };
}

/** Keys that a run of imported scores does not record, since nothing was trained. */
const OF_TRAINING = /^(inputs|loss|training)\b/;

/**
 * The first key, in the planned config's order, in which two configs differ and that affects results, with both values
 * as text (`nothing` where a config lacks it); null when there is none.
 */
export function firstDifference(found: Config, planned: Config): RunState['difference'] {
  const [theirs, ours] = [flatten(found), flatten(planned)];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    if (WITHOUT_EFFECT.has(key) || theirs.get(key) === ours.get(key)) continue;
    if (planned.model.predictions && OF_TRAINING.test(key)) continue;
    return { key, found: theirs.get(key) ?? 'nothing', planned: ours.get(key) ?? 'nothing' };
  }
  return null;
}

/**
 * Path of a file about a planned run, `<out>/logs/<group>/seed-<n><ending>`: apart from the runs, so that
 * `runs/<group>/*` matches runs alone.
 *
 * @param folder - the run's folder, `<out>/runs/<group>/seed-<n>`
 * @param ending - `.yaml`: the config; `.log`: the process' output; `.failed`, `.begun`: marks left by a task
 */
export function sidecar(folder: string, ending: '.yaml' | '.log' | '.failed' | '.begun'): string {
  const group = dirname(folder);
  return join(dirname(dirname(group)), 'logs', basename(group), `${basename(folder)}${ending}`);
}

/** Runs that differ only by their seed are one experiment. */
import { resolve, sep } from 'node:path';
import { groupBy } from '../../base/group-by.js';
import type { StoredRun } from '../read.js';
import { readableNames } from './experiment-names.js';
import { effectiveSettings } from './settings.js';

export interface RunGroup {
  /** Unique name in pages and tables. */
  label: string;
  /** In the order in which they were given; their names in `runLabels`. */
  runs: StoredRun[];
}

/**
 * Names of runs: the end of each folder's path, with as many folders as distinguish them all: `mel`, or `mel/seed-1`.
 */
export function runLabels(runs: readonly StoredRun[]): string[] {
  const paths = runs.map(({ folder }) => resolve(folder).split(sep).filter(Boolean));
  const longest = Math.max(...paths.map(({ length }) => length));
  for (let depth = 1; depth < longest; depth++) {
    const names = paths.map((path) => path.slice(-depth).join('/'));
    if (new Set(names).size === names.length) return names;
  }
  return runs.map(({ folder }) => folder);
}

/**
 * Groups runs that differ only by their seed: the same config, engine and version, in the order of their first runs.
 * Runs with the same seed can differ only by the code, so that runs of another revision are another group; imported scores by
 * their file.
 *
 * @param nameOf - name of the experiment that a run belongs to. Default: by the runs' folders
 */
export function groupBySeed(
  runs: readonly StoredRun[],
  nameOf: (run: StoredRun) => string | undefined = () => undefined,
): RunGroup[] {
  const labels = runLabels(runs);
  const gathered = gather(runs, experimentOf).flatMap((group) => {
    const seeds = new Set(group.map(({ config }) => config.seed));
    return seeds.size === group.length ? [group] : gather(group, codeOf);
  });
  gathered.sort((a, b) => runs.indexOf(a[0]) - runs.indexOf(b[0]));
  const stems = gathered.map((group) => stemOf(group.map((run) => labels[runs.indexOf(run)])));
  const folders = gathered.map((group, i) =>
    stems.indexOf(stems[i]) === stems.lastIndexOf(stems[i]) ? stems[i] : labels[runs.indexOf(group[0])],
  );
  const readable = readableNames(
    folders,
    gathered.map(([first]) => effectiveSettings(first)),
  );
  const named = gathered.map(([first]) => nameOf(first));
  const isNamed = named.every((name, i) => name !== undefined && named.indexOf(name) === i);
  // What all names would share tells nothing.
  const isEven = gathered.length > 1 && gathered.every(({ length }) => length === gathered[0].length);
  return gathered.map((group, i) => {
    const name = isNamed ? named[i]! : readable[i];
    return { label: group.length === 1 || isEven ? name : `${name} (${group.length} runs)`, runs: group };
  });
}

const gather = (runs: readonly StoredRun[], keyOf: (run: StoredRun) => unknown): StoredRun[][] => [
  ...groupBy(runs, keyOf).values(),
];

function experimentOf(run: StoredRun): string {
  const { environment } = run;
  const settings = [...effectiveSettings(run)].filter(([key]) => key !== 'seed').sort();
  return JSON.stringify([settings, environment.engine, environment.polytag]);
}

/** What runs of one seed can differ by. */
function codeOf({ environment, config }: StoredRun): string {
  const { git_revision: revision, predictions } = environment;
  return JSON.stringify(config.model.predictions ? predictions : revision);
}

/** Common part of names, `mel` of `mel-seed1` and `mel-seed2`; the first name where there is none. */
function stemOf(names: readonly string[]): string {
  const [first] = names;
  if (names.length === 1) return first;
  let length = 0;
  while (length < first.length && names.every((name) => name[length] === first[length])) length++;
  return first.slice(0, length).replace(/[-_./ ]*(seed|s)?[-_./ ]*$/i, '') || first;
}

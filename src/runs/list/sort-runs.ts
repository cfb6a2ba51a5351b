/** The order of a list of runs. */
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest-name.js';
import type { ListedRun } from './find-runs.js';

/** Columns that runs are sorted by besides their metrics. */
const COLUMNS = {
  folder: ({ folder }: ListedRun) => folder,
  name: ({ name }: ListedRun) => name,
  seed: ({ seed }: ListedRun) => seed,
  epochs: ({ epochs }: ListedRun) => epochs,
  changed: ({ changed }: ListedRun) => changed.getTime(),
} satisfies Record<string, (run: ListedRun) => string | number | null>;

/** Metrics of which less is better. */
const LESS_IS_BETTER = /rmse|loss|false_alarm/;

/**
 * Sorts runs by a metric, the best first, or by `folder`, `name`, `seed`, `epochs` or `changed`, the last of which puts
 * the newest first. Runs without the value come last. Throws a UsageError for a key that no run has.
 */
export function sortRuns(runs: readonly ListedRun[], key: string): ListedRun[] {
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))];
  const known = [...Object.keys(COLUMNS), ...metrics];
  if (!known.includes(key) && runs.length > 0)
    throw new UsageError(
      `--sort: no run has "${key}"; the nearest is "${nearestName(key, known)}". There are ${known.join(', ')}.`,
    );
  const isColumn = Object.hasOwn(COLUMNS, key);
  const valueIn = (run: ListedRun): string | number | null =>
    isColumn ? COLUMNS[key as keyof typeof COLUMNS](run) : (run.metrics[key] ?? null);
  const direction = (isColumn ? key !== 'changed' : LESS_IS_BETTER.test(key)) ? 1 : -1;
  return [...runs].sort((a, b) => {
    const [one, other] = [valueIn(a), valueIn(b)];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    const order = typeof one === 'string' ? one.localeCompare(String(other), 'en') : one - Number(other);
    return direction * order;
  });
}

/** Files about a run that are not its own: they lie apart from the runs, so that `runs/<group>/*` names runs alone. */
import { basename, dirname, join } from 'node:path';

/**
 * Where a file about a planned run lies.
 *
 * @param folder - the run's folder, `<out>/runs/<group>/seed-<n>`
 * @param ending - `.yaml`: what is run; `.log`: what its process said; `.failed`, `.begun`: what a task left
 * @returns `<out>/logs/<group>/seed-<n><ending>`
 */
export function sidecar(folder: string, ending: '.yaml' | '.log' | '.failed' | '.begun'): string {
  const group = dirname(folder);
  return join(dirname(dirname(group)), 'logs', basename(group), `${basename(folder)}${ending}`);
}

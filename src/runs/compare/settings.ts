/** Differences between runs: keys of their configs, and the software that computed them. */
import type { StoredRun } from '../read.js';

/** A setting and its value in each run, as text; a dash where a run has no such key. */
export interface DifferingSetting {
  key: string;
  values: string[];
}

/** Keys of places, names and saving intervals, which change no number. */
const WITHOUT_EFFECT = /^(name|data\.root|inputs\.store|evaluation\..*|training\.checkpoint_steps)$/;

/** Keys of `environment.json` that may change a number. */
const ENVIRONMENT_KEYS = ['polytag', 'git_revision', 'engine', 'engine_version', 'threads', 'gpu'] as const;

/** Values of a config, as text, by dotted key. */
export function flatten(config: unknown, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    return flat.set(prefix, typeof config === 'string' ? config : JSON.stringify(config));
  const entries = Object.entries(config);
  // A branch without options is a setting too.
  if (entries.length === 0 && prefix !== '') flat.set(prefix, '{}');
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    for (const [below, text] of flatten(value, prefix === '' ? key : `${prefix}.${key}`))
      flat.set(below, text);
  }
  return flat;
}

/** Keys of a run with imported scores: nothing was trained, and the name stands for the model, whatever its files are. */
const OF_IMPORTED = /^(name|seed|data\.(?!root$).*)$/;

/**
 * The settings of a run that can change its numbers: the config without names and places. Of imported scores the data's, and
 * the name, under which the files of several seeds are one experiment.
 */
export function effectiveSettings({ config }: StoredRun): Map<string, string> {
  const settings = [...flatten(config)];
  return new Map(
    settings.filter(([key]) =>
      config.model.predictions ? OF_IMPORTED.test(key) : !WITHOUT_EFFECT.test(key),
    ),
  );
}

/** Keys whose values are not the same in all runs: of the config first, then of the environment. */
export function differingSettings(runs: readonly StoredRun[]): DifferingSetting[] {
  const configs = runs.map(effectiveSettings);
  const environments = runs.map(
    ({ environment }) =>
      new Map(ENVIRONMENT_KEYS.map((key) => [`environment: ${key}`, String(environment[key] ?? '–')])),
  );
  return [configs, environments].flatMap((maps) => {
    const keys = new Set(maps.flatMap((map) => [...map.keys()]));
    return [...keys]
      .map((key) => ({ key, values: maps.map((map) => map.get(key) ?? '–') }))
      .filter(({ values }) => values.some((value) => value !== values[0]));
  });
}

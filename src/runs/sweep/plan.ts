/** Turns a sweep's words into named, resolved experiments. */

import { createHash } from 'node:crypto';
import { UsageError } from '../../base/errors.js';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { withFrozenModels } from '../../hub/frozen-models.js';
import { type PlannedRun, planGroup } from '../launch/plan.js';
import type { Setting } from './settings.js';
import type { ListedKey, SweptKey } from './values.js';

export interface SweptExperiment {
  /** Of its folder. */
  group: string;
  setting: Setting;
  /** Resolved; each run replaces its seed. */
  config: Config;
}

export interface SweepPlan {
  name: string;
  /** Swept keys, without the seed. */
  keys: string[];
  seeds: number[];
  experiments: SweptExperiment[];
  /** Sentences on merged settings. */
  notes: string[];
}

/** Longest name of a folder that is made of settings. */
const LONGEST_NAME = 100;

/**
 * Takes `seed` out of the swept keys. Throws a UsageError when --seeds (`count`) is given too, or a seed is not a whole
 * number.
 */
export function splitSeeds(
  swept: readonly SweptKey[],
  count: number | undefined,
): { swept: SweptKey[]; seeds: number[] | null } {
  const seed = swept.find(({ key }) => key === 'seed');
  if (!seed) return { swept: [...swept], seeds: null };
  if (count !== undefined)
    throw new UsageError('--seeds and a list of seeds (seed=…) exclude each other; give one of them.');
  if (seed.kind !== 'list') throw new UsageError('Seeds are a list, as in seed=1,2,3; they are not drawn.');
  const seeds = seed.values.map(Number);
  const wrong = (seed as ListedKey).values.find((_, i) => !Number.isInteger(seeds[i]));
  if (wrong !== undefined) throw new UsageError(`seed=${wrong} is not a whole number.`);
  return { swept: swept.filter((key) => key !== seed), seeds: [...new Set(seeds)] };
}

/** Shortest unambiguous ends of keys: `learning_rate` of `training.optimizer.learning_rate`. */
export function shortKeys(keys: readonly string[]): Map<string, string> {
  const end = (key: string, parts: number): string => key.split('.').slice(-parts).join('.');
  return new Map(
    keys.map((key) => {
      let parts = 1;
      while (keys.some((other) => other !== key && end(other, parts) === end(key, parts))) parts++;
      return [key, end(key, parts)];
    }),
  );
}

/** Readable, unique folder name of a setting. */
function nameOf(
  setting: Setting,
  short: ReadonlyMap<string, string>,
  { otherwise, taken }: { otherwise: string; taken: ReadonlySet<string> },
): string {
  if (setting.size === 0) return otherwise;
  const text = [...setting].map(([key, value]) => `${short.get(key)}=${value}`).join(',');
  const name = text.replace(/[[\]{}()"'\s]/g, '').replace(/[^\w.,=+-]+/g, '-');
  if (name.length <= LONGEST_NAME && !taken.has(name)) return name;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${name.slice(0, LONGEST_NAME - 9)}-${digest}`;
}

/**
 * Resolves every setting of a sweep and merges those that come to the same experiment. `seeds` is how many from the
 * config's own on, or which. Throws a UsageError for a key or value that the config cannot have.
 */
export async function planSweep(
  file: string,
  fixed: readonly string[],
  settings: readonly Setting[],
  seeds: number | readonly number[],
): Promise<SweepPlan> {
  const keys = [...(settings[0]?.keys() ?? [])];
  const short = shortKeys(keys);
  const found = new Map<string, SweptExperiment>();
  let merged = 0;
  for (const setting of settings) {
    const overrides = [...setting].map(([key, value]) => `${key}=${value}`);
    const config = await withFrozenModels(await loadConfig(file, [...fixed, ...overrides]));
    const same = JSON.stringify({ ...config, seed: 0 });
    if (found.has(same)) {
      merged++;
      continue;
    }
    const taken = new Set([...found.values()].map(({ group }) => group));
    const group = nameOf(setting, short, { otherwise: config.name, taken });
    found.set(same, { group, setting, config });
  }
  const experiments = [...found.values()];
  const [{ config }] = experiments;
  return {
    name: config.name,
    keys,
    seeds: typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => config.seed + i) : [...seeds],
    experiments,
    notes:
      merged === 0
        ? []
        : [
            `${merged} of ${settings.length} settings are the same experiment as another one and are merged with it.`,
          ],
  };
}

/** The runs of some experiments of the plan, one per experiment and seed. */
export function runsOf(
  { seeds }: Pick<SweepPlan, 'seeds'>,
  experiments: readonly SweptExperiment[],
): PlannedRun[] {
  return experiments.flatMap(({ group, config }) => planGroup(group, config, seeds));
}

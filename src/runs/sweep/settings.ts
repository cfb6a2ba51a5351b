/** The settings of a sweep: all of a grid, or random ones. */
import { UsageError } from '../../base/errors.js';
import { type RandomGenerator, randomGenerator } from '../../base/random.js';
import type { DrawnKey, SweptKey } from './values.js';

/** A value, as YAML writes it, for each swept key. */
export type Setting = ReadonlyMap<string, string>;

/** Most settings of a sweep: more are a mistake. */
const MOST_SETTINGS = 100_000;

/** Digits of a drawn number, short enough to type again. */
const DIGITS = 5;

const drawValue: Record<DrawnKey['kind'], (random: RandomGenerator, low: number, high: number) => number> = {
  uniform: (random, low, high) => random.between(low, high),
  log_uniform: (random, low, high) => Math.exp(random.between(Math.log(low), Math.log(high))),
  int: (random, low, high) => low + random.integer(high - low + 1),
};

/**
 * Every combination of the values; the last key changes fastest. One empty setting where nothing is swept. Throws a
 * UsageError for a key whose values are drawn, and for too many combinations.
 */
export function gridSettings(swept: readonly SweptKey[]): Setting[] {
  let settings: Setting[] = [new Map()];
  for (const key of swept) {
    if (key.kind !== 'list')
      throw new UsageError(
        `${key.key}=${key.kind}(…) is drawn at random, which needs a random search; add --search random --trials N, or give a list.`,
      );
    if (settings.length * key.values.length > MOST_SETTINGS)
      throw new UsageError(`The grid has more than ${MOST_SETTINGS} settings; give fewer values.`);
    settings = settings.flatMap((setting) =>
      key.values.map((value) => new Map([...setting, [key.key, value]])),
    );
  }
  return settings;
}

/**
 * Settings drawn at random, each key by itself (Bergstra and Bengio 2012), from lists or distributions; some may be
 * equal. A setting depends on the seed and its number alone, so that more trials extend fewer.
 */
export function randomSettings(swept: readonly SweptKey[], trials: number, seed: number): Setting[] {
  return Array.from({ length: trials }, (_, trial) => {
    const entries = swept.map((key): [string, string] => {
      const random = randomGenerator(seed, 'sweep', trial, key.key);
      if (key.kind === 'list') return [key.key, random.pick(key.values)];
      const value = drawValue[key.kind](random, key.low, key.high);
      // Rounding must not leave the range.
      const rounded = Math.min(key.high, Math.max(key.low, Number(value.toPrecision(DIGITS))));
      return [key.key, String(key.kind === 'int' ? value : rounded)];
    });
    return new Map(entries);
  });
}

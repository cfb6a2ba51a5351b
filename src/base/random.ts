/**
 * Named, seeded random generators. Every random number of the toolkit comes from one of these, so that the
 * same seed gives the same numbers whatever else ran before.
 */
import seedrandom from 'seedrandom';

/** A stream of pseudo-random numbers. */
export interface RandomGenerator {
  /** A number in [0, 1). */
  uniform(): number;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** A whole number in [0, n). */
  integer(n: number): number;
  /** A draw from the standard normal distribution (Box and Muller 1958, one of the two values). */
  normal(): number;
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T;
  /** A new list with the same elements in random order (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/**
 * The generator that belongs to a seed and a name. Two calls with the same arguments give the same stream;
 * different names give independent streams.
 *
 * @param name - what the numbers are for, from general to particular: `'order', epoch`
 * @returns a generator at the start of its stream (Alea, period about 2^116)
 */
export function randomGenerator(seed: number | string, ...name: (string | number)[]): RandomGenerator {
  const next = seedrandom.alea([seed, ...name].join('/'));
  const uniform = (): number => next();
  const integer = (n: number): number => Math.floor(next() * n);
  return {
    uniform,
    between: (low, high) => low + (high - low) * next(),
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[integer(items.length)],
    shuffle: (items) => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = integer(i + 1);
        [out[i], out[j]] = [out[j], out[i]];
      }
      return out;
    },
  };
}

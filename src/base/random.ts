/** Named, seeded random generators: the same seed gives the same numbers whatever else ran before. */
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
 * The generator of a seed and a name, from general to particular (`'order', epoch`), at its start (Alea, period about
 * 2^116). Equal arguments give equal streams, different names independent ones.
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

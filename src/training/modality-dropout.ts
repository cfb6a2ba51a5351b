/** Training without some of the modalities, so that a model can do without them. */
import type { RandomGenerator } from '../base/random.js';

/**
 * Draws which modalities of an example are left out. One that the example has always stays (as in ModDrop, Neverova
 * et al. 2016, but for that).
 *
 * @param present - modalities that the example has
 * @param rate - probability of each to be left out, in [0, 1)
 * @param random - where the draws come from
 * @returns those that are left out
 */
export function droppedModalities(
  present: readonly string[],
  rate: number,
  random: RandomGenerator,
): string[] {
  const dropped = present.filter(() => random.uniform() < rate);
  if (dropped.length < present.length || present.length === 0) return dropped;
  const kept = random.pick(present);
  return dropped.filter((name) => name !== kept);
}

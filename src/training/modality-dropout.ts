/** Training without some of the modalities, so that a model can do without them. */
import type { RandomGenerator } from '../base/random.js';

/**
 * Draws the modalities of an example that are left out, each with probability `rate` in [0, 1). One that is present
 * always stays (as in ModDrop, Neverova et al. 2016, but for that).
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

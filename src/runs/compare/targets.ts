/** Tests of the differences between experiments target by target, in the concordance of predicted numbers. */
import { clipped } from '../../eval/bootstrap.js';
import { differenceRange, type PerMetric } from '../../eval/difference/compared-metrics.js';
import { holm } from '../../eval/difference/p-values.js';
import { crossedInference, type SeededValues, seedErrorOfDifference } from '../../eval/difference/seeds.js';
import type { LabelDifference } from './labels.js';

/** One side of a pair for one target: the means over its runs, on the whole test set and in each resample. */
export interface TargetSide {
  /** Examples whose truth is known. */
  values: number;
  whole: PerMetric<number | null>;
  resampled: readonly PerMetric<number | null>[];
  /** Of the concordance. */
  seeded: SeededValues;
}

/**
 * Tests each target's difference in CCC by the paired bootstrap, seeds crossed where both sides have several, with
 * Holm's correction over the targets.
 */
export function compareTargets(
  targets: readonly string[],
  first: readonly TargetSide[],
  second: readonly TargetSide[],
): LabelDifference[] {
  const minus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : a - b;
  const tested = targets.map((label, j) => {
    const [a, b] = [first[j], second[j]];
    const differences = b.resampled.map((values, i) => minus(values.ccc, a.resampled[i].ccc));
    const { interval, p } = crossedInference(differences, seedErrorOfDifference(a.seeded, b.seeded));
    return {
      ...{ label, positives: a.values, first: a.whole.ccc, second: b.whole.ccc },
      difference: minus(b.whole.ccc, a.whole.ccc),
      interval: clipped(interval, differenceRange('ccc')),
      ...{ p, pOfClips: null },
    };
  });
  const corrected = holm(tested.map(({ p }) => p));
  return tested.map((one, j) => ({ ...one, pHolm: corrected[j] }));
}

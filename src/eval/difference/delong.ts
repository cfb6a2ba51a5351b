/**
 * Whether two ROC-AUCs on the same examples differ: the test of DeLong, DeLong and Clarke-Pearson (1988) in the fast
 * form of Sun and Xu (2014), and its extension to grouped examples (Obuchowski 1997).
 */
import { clipped, type Grouping } from '../bootstrap.js';
import type { Interval } from '../metrics.js';
import type { Ranking } from '../ranking.js';
import { studentQuantile, twoSidedP } from './p-values.js';

/** How each example is placed among those of the other kind. */
export interface Placements {
  /** Of a positive: the share of negatives below it; of a negative: the share of positives above it; ties half. */
  values: Float64Array;
  /** 0 or 1, one per row. */
  targets: Uint8Array;
  positives: number;
  negatives: number;
  rocAuc: number;
}

/** The test's outcome. */
export interface RocAucDifference {
  /** Second ROC-AUC minus first. */
  difference: number;
  /** Of the difference; null where it cannot be estimated. */
  standardError: number | null;
  /** Two-sided; null where the standard error is null, or is 0 while the areas differ. */
  p: number | null;
  /** One less than the groups with positives, or with negatives where these are fewer: for Student's distribution. */
  freedom: number;
}

/**
 * Places every example, linear in the examples; the mean over positives, and over negatives, is the ROC-AUC. Null
 * without a positive or a negative.
 */
export function placements(ranking: Ranking): Placements | null {
  const values = new Float64Array(ranking.length);
  const targets = new Uint8Array(ranking.length);
  let positives = 0;
  for (const packed of ranking) positives += packed & 1;
  const negatives = ranking.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let positivesAbove = 0;
  let negativesAbove = 0;
  let sum = 0;
  for (let start = 0, tiedPositives = 0, k = 0; k < ranking.length; k++) {
    tiedPositives += ranking[k] & 1;
    if (!(ranking[k] & 2)) continue;
    const tiedNegatives = k + 1 - start - tiedPositives;
    const ofPositive = (negatives - negativesAbove - tiedNegatives / 2) / negatives;
    const ofNegative = (positivesAbove + tiedPositives / 2) / positives;
    for (let i = start; i <= k; i++) {
      const row = ranking[i] >>> 2;
      targets[row] = ranking[i] & 1;
      values[row] = ranking[i] & 1 ? ofPositive : ofNegative;
    }
    sum += tiedPositives * ofPositive;
    positivesAbove += tiedPositives;
    negativesAbove += tiedNegatives;
    start = k + 1;
    tiedPositives = 0;
  }
  return { values, targets, positives, negatives, rocAuc: sum / positives };
}

/** The placements of the mean ROC-AUC of several models on the same examples, such as one config's seeds. */
export function meanPlacements(several: readonly Placements[]): Placements {
  const [first] = several;
  if (several.length === 1) return first;
  const values = new Float64Array(first.values.length);
  for (const one of several)
    for (let i = 0; i < values.length; i++) values[i] += one.values[i] / several.length;
  return { ...first, values, rocAuc: several.reduce((sum, one) => sum + one.rocAuc, 0) / several.length };
}

/**
 * Tests whether two ROC-AUCs on the same examples are the same: b - a, its standard error and p-value, null with fewer
 * than two positives or negatives (or groups of them). With `grouping` (clips of a song) the variance is Obuchowski's
 * (1997), else DeLong's. Throws RangeError when the examples differ.
 */
export function delongTest(a: Placements, b: Placements, grouping?: Grouping): RocAucDifference {
  const { targets, positives, negatives } = a;
  if (targets.length !== b.targets.length || targets.some((target, row) => target !== b.targets[row]))
    throw new RangeError(
      'Two ROC-AUCs can only be compared on the same examples with the same ground truth.',
    );
  const difference = b.rocAuc - a.rocAuc;
  const groups = grouping?.groups ?? targets.length;
  const ofPositives = new Float64Array(groups);
  const ofNegatives = new Float64Array(groups);
  const holdsPositive = new Uint8Array(groups);
  const holdsNegative = new Uint8Array(groups);
  for (let row = 0; row < targets.length; row++) {
    const group = grouping ? grouping.groupOfRow[row] : row;
    const deviation = b.values[row] - a.values[row] - difference;
    if (targets[row] === 1) {
      ofPositives[group] += deviation;
      holdsPositive[group] = 1;
    } else {
      ofNegatives[group] += deviation;
      holdsNegative[group] = 1;
    }
  }
  let positiveGroups = 0;
  let negativeGroups = 0;
  let squaredPositives = 0;
  let squaredNegatives = 0;
  let products = 0;
  for (let group = 0; group < groups; group++) {
    positiveGroups += holdsPositive[group];
    negativeGroups += holdsNegative[group];
    squaredPositives += ofPositives[group] ** 2;
    squaredNegatives += ofNegatives[group] ** 2;
    products += ofPositives[group] * ofNegatives[group];
  }
  const freedom = Math.min(positiveGroups, negativeGroups) - 1;
  if (freedom < 1) return { difference, standardError: null, p: null, freedom };
  const correction = (count: number): number => count / (count - 1);
  const variance =
    (correction(positiveGroups) * squaredPositives) / positives ** 2 +
    (correction(negativeGroups) * squaredNegatives) / negatives ** 2 +
    (2 * correction(groups) * products) / (positives * negatives);
  // The same ranking twice: what is left is rounding.
  if (Math.abs(difference) < 1e-12 && variance < 1e-24)
    return { difference: 0, standardError: 0, p: 1, freedom };
  if (!(variance > 1e-24)) return { difference, standardError: null, p: null, freedom };
  const standardError = Math.sqrt(variance);
  return { difference, standardError, p: twoSidedP(difference / standardError), freedom };
}

/**
 * 95 % interval of one ROC-AUC, from the same variance and Student's distribution, within 0 and 1; null where the
 * variance cannot be estimated, or is 0 because every positive lies above every negative.
 */
export function rocAucInterval(own: Placements, grouping?: Grouping): Interval | null {
  const chance = { ...own, values: new Float64Array(own.values.length).fill(0.5), rocAuc: 0.5 };
  const { standardError, freedom } = delongTest(chance, own, grouping);
  if (standardError === null || standardError === 0) return null;
  const margin = studentQuantile(0.975, freedom) * standardError;
  return clipped([own.rocAuc - margin, own.rocAuc + margin], [0, 1]);
}

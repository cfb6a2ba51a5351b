/**
 * Whether several experiments rank differently over the labels: the test of Friedman (1937) and the critical difference
 * of Nemenyi (1963), as Demšar (2006) uses them over data sets.
 */
import { twoSidedP } from './p-values.js';

/** Ranks of experiments over labels. */
export interface LabelRanks {
  /** Mean rank of each experiment, 1 for the highest ROC-AUC; ties share theirs. */
  mean: number[];
  /** Labels that are defined in all experiments. */
  labels: number;
  chiSquare: number;
  /** That all experiments rank alike. */
  p: number;
  /** Mean ranks that differ by less are not significantly different at 0.05. */
  criticalDifference: number;
}

/**
 * Critical values for 2, 3, … experiments: `scipy.stats.studentized_range.ppf(0.95, k, inf) / sqrt(2)`; Demšar's table
 * 5 has the first nine.
 */
const NEMENYI = [
  ...[1.95996, 2.3437, 2.56903, 2.72777, 2.84971, 2.94832, 3.03088, 3.10173, 3.16368, 3.21865, 3.268],
  ...[3.31274, 3.35362, 3.39123, 3.42604, 3.45842, 3.48868, 3.51707, 3.5438],
];

/** Fewer labels than this say nothing about ranks over labels. */
const LEAST_LABELS = 10;

/** The chi-square distribution's upper tail, by the recurrence of the incomplete gamma function. */
function chiSquareTail(value: number, freedom: number): number {
  const x = value / 2;
  const isEven = freedom % 2 === 0;
  let tail = isEven ? Math.exp(-x) : twoSidedP(Math.sqrt(value));
  // x^s exp(-x) / gamma(s + 1): what the tail at s + 1 has more than that at s.
  let term = Math.exp(-x) * (isEven ? x : 2 * Math.sqrt(x / Math.PI));
  for (let s = isEven ? 1 : 0.5; s < freedom / 2; term *= x / ++s) tail += term;
  return Math.min(1, tail);
}

/** Ranks from the highest value on, ties with their mean; and what ties take from the variance. */
function ranksOf(values: readonly number[]): { ranks: number[]; ties: number } {
  let ties = 0;
  const ranks = values.map((value) => {
    const above = values.filter((other) => other > value).length;
    const same = values.filter((other) => other === value).length;
    ties += same ** 2 - 1;
    return above + (same + 1) / 2;
  });
  return { ranks, ties };
}

/**
 * Ranks experiments label by label, by their ROC-AUCs (null where undefined); null for fewer than three or more than
 * twenty experiments, and for fewer than ten labels.
 */
export function rankByLabel(areas: readonly (readonly (number | null)[])[]): LabelRanks | null {
  const experiments = areas.length;
  if (experiments < 3 || experiments > NEMENYI.length + 1) return null;
  const sums = new Float64Array(experiments);
  let labels = 0;
  let ties = 0;
  for (let label = 0; label < areas[0].length; label++) {
    const values = areas.map((own) => own[label]).filter((value) => value !== null);
    if (values.length < experiments) continue;
    const ranked = ranksOf(values);
    ranked.ranks.forEach((rank, i) => {
      sums[i] += rank;
    });
    ties += ranked.ties;
    labels++;
  }
  if (labels < LEAST_LABELS) return null;
  const mean = Array.from(sums, (sum) => sum / labels);
  const middle = (experiments + 1) / 2;
  const squares = mean.reduce((sum, rank) => sum + (rank - middle) ** 2, 0);
  const correction = 1 - ties / (labels * experiments * (experiments ** 2 - 1));
  const chiSquare =
    correction > 1e-12 ? (12 * labels * squares) / (experiments * (experiments + 1)) / correction : 0;
  return {
    mean,
    labels,
    chiSquare,
    p: chiSquareTail(chiSquare, experiments - 1),
    criticalDifference:
      NEMENYI[experiments - 2] * Math.sqrt((experiments * (experiments + 1)) / (6 * labels)),
  };
}

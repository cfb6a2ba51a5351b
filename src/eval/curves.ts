/** The curves behind the rank metrics: ROC, precision and recall. */
import { type Ranking, rankByScore, type Scores } from './ranking.js';

/** Points of a curve from the strictest threshold to the loosest; `x` and `y` are equally long. */
export interface Curve {
  x: Float64Array;
  y: Float64Array;
}

/** How many positives and negatives lie at or above each distinct score. */
function cumulative(ranking: Ranking): { positives: number[]; negatives: number[] } {
  const positives: number[] = [];
  const negatives: number[] = [];
  let hit = 0;
  let miss = 0;
  for (const packed of ranking) {
    if (packed & 1) hit++;
    else miss++;
    if (packed & 2) {
      positives.push(hit);
      negatives.push(miss);
    }
  }
  return { positives, negatives };
}

/**
 * The ROC curve of one label, false positive rate (x) and true positive rate (y) from (0, 0) to (1, 1), one point per
 * distinct score as in scikit-learn's `roc_curve(drop_intermediate=False)`; null without a positive or a negative.
 */
export function rocCurve(scores: Scores, targets: Uint8Array): Curve | null {
  const { positives, negatives } = cumulative(rankByScore(scores, targets));
  const P = positives.at(-1) ?? 0;
  const N = negatives.at(-1) ?? 0;
  if (P === 0 || N === 0) return null;
  return {
    x: Float64Array.of(0, ...negatives.map((n) => n / N)),
    y: Float64Array.of(0, ...positives.map((p) => p / P)),
  };
}

/**
 * The precision-recall curve of one label, recall (x) and precision (y), from recall 0 with precision 1 upwards as in
 * scikit-learn's `precision_recall_curve` (there in the opposite order); null without a positive or a negative.
 */
export function precisionRecallCurve(scores: Scores, targets: Uint8Array): Curve | null {
  const { positives, negatives } = cumulative(rankByScore(scores, targets));
  const P = positives.at(-1) ?? 0;
  if (P === 0 || negatives.at(-1) === 0) return null;
  return {
    x: Float64Array.of(0, ...positives.map((p) => p / P)),
    y: Float64Array.of(1, ...positives.map((p, k) => p / (p + negatives[k]))),
  };
}

/**
 * Area under a curve by the trapezoid rule: ROC-AUC under a ROC curve; under a precision-recall curve an optimistic
 * number that differs from average precision (Davis and Goadrich 2006).
 */
export function trapezoidArea({ x, y }: Curve): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return area;
}

/** Thins a curve for drawing to at most `points` (≥ 2) of its points, at even distances along it, ends always. */
export function thinCurve(curve: Curve, points: number): Curve {
  const { x, y } = curve;
  if (x.length <= points) return curve;
  const along = new Float64Array(x.length);
  for (let i = 1; i < x.length; i++)
    along[i] = along[i - 1] + Math.abs(x[i] - x[i - 1]) + Math.abs(y[i] - y[i - 1]);
  const length = along[x.length - 1];
  const kept: number[] = [];
  let i = 0;
  for (let k = 0; k < points; k++) {
    while (i < x.length - 1 && along[i] < (k / (points - 1)) * length) i++;
    if (kept.at(-1) !== i) kept.push(i);
  }
  if (kept.at(-1) !== x.length - 1) kept[kept.length - 1] = x.length - 1;
  return { x: Float64Array.from(kept, (k) => x[k]), y: Float64Array.from(kept, (k) => y[k]) };
}

/**
 * Metrics of the order of scores: ROC-AUC and average precision. Examples with equal scores are one step of the curve,
 * as in scikit-learn. A ranking is sorted once and read under many weights, which makes the bootstrap fast.
 */

/** Scores in single or double precision. */
export type Scores = Float32Array | Float64Array;

/** Which elements of a row-major matrix are ranked: `offset`, `offset + stride`, … , `count` of them. */
export interface Slice {
  offset: number;
  stride: number;
  count: number;
}

/**
 * Examples from the highest score to the lowest, one number each: `row * 4 + (last of its ties ? 2 : 0) + (positive ? 1
 * : 0)`.
 */
export type Ranking = Uint32Array;

/** ROC-AUC and average precision of one ranking; null where there is no positive or no negative. */
export interface RankScores {
  rocAuc: number | null;
  averagePrecision: number | null;
}

/** Rows beyond this do not fit into the packed form. */
const MAX_ROWS = 2 ** 30;

/**
 * Sorts examples by finite scores; `slice`: the elements to rank, all by default. Throws RangeError for more than 2^30
 * elements.
 */
export function rankByScore(scores: Scores, targets: Uint8Array, slice?: Slice): Ranking {
  const { offset, stride, count } = slice ?? { offset: 0, stride: 1, count: scores.length };
  if (count >= MAX_ROWS) throw new RangeError(`A ranking holds at most ${MAX_ROWS} examples, not ${count}.`);
  const value = new Float64Array(count);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    value[i] = scores[offset + i * stride];
    order[i] = i;
  }
  order.sort((a, b) => value[b] - value[a]);
  for (let k = 0; k < count; k++) {
    const row = order[k];
    const lastOfTies = k + 1 === count || value[order[k + 1]] !== value[row];
    order[k] = row * 4 + (lastOfTies ? 2 : 0) + targets[offset + row * stride];
  }
  return order;
}

/**
 * ROC-AUC as the probability that a positive is ranked above a negative, ties counted half (Mann and Whitney 1947), and
 * average precision Σ (Rₖ - Rₖ₋₁) Pₖ over distinct scores, without interpolation. Whole `weights` (default: 1) count as
 * repeated rows.
 */
export function readRanking(ranking: Ranking, weights?: ArrayLike<number>): RankScores {
  let positives = 0; // above and including the current ties
  let negatives = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  let ordered = 0; // pairs in the right order, ties half
  let precisions = 0; // Σ positives of a tie × precision at it
  for (let k = 0; k < ranking.length; k++) {
    const packed = ranking[k];
    const weight = weights === undefined ? 1 : weights[packed >>> 2];
    if (packed & 1) tiedPositives += weight;
    else tiedNegatives += weight;
    if (packed & 2) {
      ordered += tiedNegatives * (positives + tiedPositives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
      if (tiedPositives > 0) precisions += (tiedPositives * positives) / (positives + negatives);
      tiedPositives = 0;
      tiedNegatives = 0;
    }
  }
  if (positives === 0 || negatives === 0) return { rocAuc: null, averagePrecision: null };
  return { rocAuc: ordered / (positives * negatives), averagePrecision: precisions / positives };
}

/** Area under the ROC curve of one label, as scikit-learn's `roc_auc_score`; null without a positive or a negative. */
export function rocAuc(scores: Scores, targets: Uint8Array): number | null {
  return readRanking(rankByScore(scores, targets)).rocAuc;
}

/**
 * Average precision of one label, which the tagging literature calls PR-AUC, as scikit-learn's
 * `average_precision_score`; null without a positive or a negative (where scikit-learn's 0 and 1 would bias a mean over
 * labels).
 */
export function averagePrecision(scores: Scores, targets: Uint8Array): number | null {
  return readRanking(rankByScore(scores, targets)).averagePrecision;
}

/** One ranking per column of row-major [rows × columns] matrices. */
export function rankColumns(scores: Scores, targets: Uint8Array, columns: number): Ranking[] {
  const count = columns === 0 ? 0 : scores.length / columns;
  return Array.from({ length: columns }, (_, offset) =>
    rankByScore(scores, targets, { offset, stride: columns, count }),
  );
}

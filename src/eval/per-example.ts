/** Metrics that look at one example's labels at a time and are then averaged over examples. */

import type { Decided } from './intervals.js';
import { meanOfDefined } from './means.js';
import type { ExampleMetrics } from './metrics.js';
import { rankByScore, readRanking, type Scores } from './ranking.js';

/**
 * Means over examples (at least one row) of scikit-learn's `f1_score(average='samples', zero_division=0)`,
 * `accuracy_score`, `roc_auc_score(average='samples')` over the rows where it is defined, and
 * `label_ranking_average_precision_score`; subset accuracy is at the thresholds of accuracy. All matrices are row-major [rows × columns].
 */
export function perExampleMetrics(
  scores: Scores,
  targets: Uint8Array,
  { f1: decisions, accuracy: exactly }: Decided,
  columns: number,
): ExampleMetrics {
  const rows = targets.length / columns;
  let f1 = 0;
  let exact = 0;
  let rankingPrecision = 0;
  const rocAucs: (number | null)[] = [];
  for (let row = 0; row < rows; row++) {
    const offset = row * columns;
    let positives = 0;
    let said = 0;
    let both = 0;
    let right = 0;
    for (let i = offset; i < offset + columns; i++) {
      positives += targets[i];
      said += decisions[i];
      both += targets[i] & decisions[i];
      if (targets[i] === exactly[i]) right++;
    }
    if (positives + said > 0) f1 += (2 * both) / (positives + said);
    if (right === columns) exact++;
    rocAucs.push(readRanking(rankByScore(scores, targets, { offset, stride: 1, count: columns })).rocAuc);
    rankingPrecision += labelRankingPrecision(scores, targets, offset, columns, positives);
  }
  return {
    f1: f1 / rows,
    subset_accuracy: exact / rows,
    roc_auc: meanOfDefined(rocAucs),
    label_ranking_average_precision: rankingPrecision / rows,
  };
}

/**
 * Mean over an example's true labels of the share of true ones among those scored at least as high; 1 where no label or
 * every label is true (Tsoumakas, Katakis and Vlahavas 2010; scikit-learn's convention).
 */
function labelRankingPrecision(
  scores: Scores,
  targets: Uint8Array,
  offset: number,
  columns: number,
  positives: number,
): number {
  if (positives === 0 || positives === columns) return 1;
  let sum = 0;
  for (let i = offset; i < offset + columns; i++) {
    if (targets[i] === 0) continue;
    let above = 0;
    let trueAbove = 0;
    for (let j = offset; j < offset + columns; j++) {
      if (scores[j] < scores[i]) continue;
      above++;
      trueAbove += targets[j];
    }
    sum += trueAbove / above;
  }
  return sum / positives;
}

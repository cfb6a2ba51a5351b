/** The figures of a comparison, for a paper. */

import { COMPARED_METRICS } from '../../../eval/difference/paired-bootstrap.js';
import { CERTAIN, type Comparison, type GroupPair } from '../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../runs/compare/tables.js';
import { type ForestRow, forestFigure } from '../../figures/forest.js';
import { rankFigure } from './rank-figure.js';

/** What a filled dot of a forest plot means. */
export const LEGEND = `filled: p < ${CERTAIN} after Holm`;

/**
 * Draws the figures of a comparison: a forest plot of the differences of each metric, and the gains and losses of
 * each experiment over the first one, label by label, and the ranks of three or more.
 *
 * @param comparison - what is said
 * @returns file names and contents; none where there is nothing to compare
 */
export function comparisonFigures(comparison: Comparison): [string, string][] {
  const { groups, pairs, synthetic } = comparison;
  const note = synthetic === null ? null : 'synthetic corpus';
  const nameOf = ({ first, second }: GroupPair): string => `${groups[second].label} − ${groups[first].label}`;
  const forests = COMPARED_METRICS.map((metric): [string, string | null] => [
    `differences-${metric.replace('_', '-')}.svg`,
    forestFigure(
      `Difference in ${METRIC_NAMES[metric]}`,
      pairs.flatMap((pair): ForestRow[] => {
        const { difference, interval, pHolm } = pair.metrics[metric];
        return difference === null
          ? []
          : [{ name: nameOf(pair), difference, interval, certain: pHolm !== null && pHolm < CERTAIN }];
      }),
      LEGEND,
      note,
    ),
  ]);
  const gains = pairs
    .filter(({ first }) => first === 0)
    .map((pair): [string, string | null] => [
      `labels-${pair.second + 1}-against-1.svg`,
      forestFigure(
        `Difference in ROC-AUC, ${nameOf(pair)}`,
        pair.labels
          .flatMap(({ label, difference, interval, pHolm }): ForestRow[] =>
            difference === null
              ? []
              : [{ name: label, difference, interval, certain: pHolm !== null && pHolm < CERTAIN }],
          )
          .sort((a, b) => b.difference - a.difference),
        LEGEND,
        note,
      ),
    ]);
  const { ranks } = comparison;
  const diagram =
    ranks &&
    rankFigure(
      ranks,
      groups.map(({ label }) => label),
      note,
    );
  return [...forests, ...gains, ['ranks.svg', diagram] as const].flatMap(
    ([name, text]): [string, string][] => (text === null ? [] : [[name, text]]),
  );
}

/** Mean ranks over the labels: the critical-difference diagram of Demšar (2006), an experiment per row. */
import { rounded } from '../../../base/format.js';
import type { LabelRanks } from '../../../eval/difference/label-ranks.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { type Chart, pieces } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { pText } from '../../kit/text.js';

/**
 * The widest groups of neighbouring experiments whose mean ranks lie within the critical difference.
 *
 * @param mean - mean ranks in ascending order
 * @param criticalDifference - of Nemenyi
 * @returns first and last place of each group of two or more; none within another
 */
export function cliques(mean: readonly number[], criticalDifference: number): [number, number][] {
  const found: [number, number][] = [];
  for (let from = 0; from < mean.length; from++) {
    let to = from;
    while (to + 1 < mean.length && mean[to + 1] - mean[from] < criticalDifference) to++;
    if (to > from && (found.at(-1)?.[1] ?? -1) < to) found.push([from, to]);
  }
  return found;
}

/** Mean ranks, best first, joined where they do not differ; the first row has the length of the critical difference. */
export function ranksChart(ranks: LabelRanks, names: readonly string[]): Chart {
  const order = ranks.mean.map((_, i) => i).sort((a, b) => ranks.mean[a] - ranks.mean[b] || a - b);
  const mean = order.map((i) => ranks.mean[i]);
  const last = order.length;
  const bars = cliques(mean, ranks.criticalDifference);
  const reach = Math.min(ranks.criticalDifference, last - 1);
  return {
    title: `Mean ranks over ${ranks.labels} labels`,
    x: { title: 'mean rank, 1 is best', range: [0.8, last + 0.4] },
    rows: [
      { name: `critical\ndifference ${ranks.criticalDifference.toFixed(2)}` },
      ...order.map((i, place) => ({
        name: names[i],
        hover: `${names[i]}\nmean rank ${mean[place].toFixed(2)}`,
      })),
    ],
    marks: [
      { kind: 'line', x: [1, 1 + reach], y: [0, 0], tone: 'text', ends: 'x-caps' },
      {
        ...{ kind: 'line', tone: 'muted', width: 5, name: 'not significantly different' },
        // Beside the worst of the group, side by side where groups overlap.
        ...pieces(
          bars.map(([from, to], i) => {
            const x = rounded(mean[to] + 0.1 + 0.08 * (i % 2), 3);
            return { x: [x, x], y: [from + 1, to + 1] };
          }),
        ),
      },
      { kind: 'dots', tone: 0, x: mean.map((rank) => rounded(rank)), y: mean.map((_, i) => i + 1) },
    ],
  };
}

/** The section of ranks, where there are at least three experiments and ten labels. */
export function ranksSection({ ranks, groups }: Comparison): Section | null {
  if (ranks === null) return null;
  const { labels, chiSquare, p } = ranks;
  const chart = ranksChart(
    ranks,
    groups.map(({ label }) => label),
  );
  return {
    id: 'ranks',
    title: 'Ranks over the labels',
    link: 'Ranks',
    html: html`${figure({ name: 'ranks', panels: [{ charts: [chart] }] })}
    <p class="aside">Mean rank by ROC-AUC over ${labels} labels; a thick line joins experiments whose mean ranks differ by
      less than Nemenyi's critical difference at 0.05. Friedman: χ² ${chiSquare.toFixed(2)}, ${groups.length - 1} degrees of freedom,
      p ${pText(p)} (Demšar 2006). The labels belong to the same clips and are correlated, so the test is too optimistic:
      it shows whether a difference is the same for most labels; how large and how sure it is, the intervals above show.</p>`,
  };
}

/** Where a run stands among published results of the same protocol. */
import { intervalText, metricText } from '../../../eval/format.js';
import type { RankMetric } from '../../../eval/metrics.js';
import { findReferenceTable, type ReferenceTable } from '../../../eval/reference-points.js';
import type { RunReport } from '../../../eval/run-report.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { estimateChart } from '../../charts/forest.js';
import { type Content, type Html, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { table } from '../../kit/text.js';

/** The metrics that papers give, by the key of a reference point. */
const METRICS = [
  { key: 'rocAuc', title: 'ROC-AUC (macro)', of: ({ metrics }: RunReport): RankMetric => metrics.roc_auc },
  { key: 'prAuc', title: 'PR-AUC (macro)', of: ({ metrics }: RunReport): RankMetric => metrics.pr_auc },
] as const;

/** A row for each result that has the metric, the best first, the run among them with its interval. */
function metricChart(
  report: RunReport,
  { rows }: ReferenceTable,
  { key, title, of }: (typeof METRICS)[number],
): Chart {
  const { macro, ci95 } = of(report);
  const shown = [
    ...rows.map(({ name, paper, [key]: value }) => ({
      name,
      value,
      interval: null,
      tone: 'muted' as const,
      hover: `${name}\n${title} ${metricText(value, 4)}\n${paper}`,
    })),
    {
      name: 'this run',
      value: macro,
      interval: ci95,
      tone: 0,
      hover: `${report.name}, this run\n${title} ${metricText(macro, 4)}`,
    },
  ]
    .filter(({ value }) => value !== null)
    .sort((a, b) => b.value! - a.value!);
  return estimateChart(`${title} among published results`, title, shown, null);
}

function comparedTable(report: RunReport, { rows, dataset, protocol }: ReferenceTable): Html {
  const cells = rows.map((row): Content[] => [
    row.name,
    ...METRICS.map(({ key }) => metricText(row[key], 4)),
    row.paper,
  ]);
  const own = METRICS.map(({ of }) => {
    const { macro, ci95 } = of(report);
    const range = intervalText(ci95);
    return html`<b>${metricText(macro, 4)}</b>${range && html`<small>${range}</small>`}`;
  });
  return table({
    caption: `${dataset}, ${protocol}`,
    head: ['Network', ...METRICS.map(({ title }) => title), 'Source'],
    rows: [...cells, [html`<b>${report.name}</b>`, ...own, 'this run']],
  });
}

/** The section of published results; null where the data set has none, or the run is not of tags. */
export function literatureSection(report: RunReport): Section | null {
  const { dataset, metrics } = report;
  if (metrics.task !== 'tagging') return null;
  const found = findReferenceTable({ ...metrics, dataset });
  if (found === null) return null;
  const content =
    'reason' in found
      ? html`<p>The published results of ${dataset} are not shown beside this run: ${found.reason}.</p>`
      : html`${figure({
          name: 'literature',
          panels: METRICS.map((metric) => ({ charts: [metricChart(report, found, metric)] })),
        })}
    ${comparedTable(report, found)}
    <p class="aside">Only results of the same protocol: tags, choice of clips and split decide these numbers as much as networks do. Published values come
      without intervals; that of this run is of this test set. A network that lies within it is not shown to be different, nor to be equal.</p>`;
  return { id: 'literature', title: 'Among published results', link: 'Published', html: content };
}

/** A bar for each label, sorted and filtered as the reader likes. */
import { rounded } from '../../../base/format.js';
import { metricText } from '../../../eval/format.js';
import type { LabelMetrics } from '../../../eval/metrics.js';
import type { RunReport } from '../../../eval/run-report.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import type { Section } from '../../kit/sections.js';

/** What can be shown. */
const MEASURES = [
  { name: 'ROC-AUC', of: (label: LabelMetrics) => label.roc_auc },
  { name: 'PR-AUC', of: (label: LabelMetrics) => label.pr_auc },
  { name: 'F1', of: (label: LabelMetrics) => label.f1 },
  { name: 'number of examples', of: (label: LabelMetrics) => label.positives },
] as const;

const digits = (value: number | null): number | null => (value === null ? null : rounded(value));

function hoverOf(
  { label, roc_auc, pr_auc, f1, threshold, positives }: LabelMetrics,
  examples: number,
): string {
  return [
    label,
    `ROC-AUC ${metricText(roc_auc)}`,
    `PR-AUC ${metricText(pr_auc)}`,
    `F1 ${metricText(f1)}${threshold === null ? '' : ` at threshold ${metricText(threshold)}`}`,
    `${positives} of ${examples} examples`,
  ].join('\n');
}

function labelsChart({ metrics }: RunReport, { name, of }: (typeof MEASURES)[number]): Chart {
  const { per_label: labels, examples } = metrics;
  const isCount = name === 'number of examples';
  return {
    title: `${name} by label`,
    x: { title: name, ...(!isCount && { range: [0, 1] }) },
    rows: labels.map((label) => ({
      name: label.label,
      hover: hoverOf(label, examples),
      keys: [of(label), ...MEASURES.map((measure) => measure.of(label))].map(digits),
    })),
    marks: [
      { kind: 'bars', tone: 0, x: labels.map((label) => digits(of(label))), y: labels.map((_, i) => i) },
      ...(name === 'ROC-AUC' ? [{ kind: 'guide' as const, x: 0.5, tone: 'muted' as const }] : []),
    ],
  };
}

/** ROC-AUC as bars and average precision as dots, best label first; none where no label is defined. */
export function labelsFigure({ metrics }: RunReport): Chart[] {
  const labels = metrics.per_label
    .filter(({ roc_auc, pr_auc }) => roc_auc !== null && pr_auc !== null)
    .sort((a, b) => b.roc_auc! - a.roc_auc!);
  if (labels.length === 0) return [];
  const y = labels.map((_, i) => i);
  return [
    {
      title: 'ROC-AUC and average precision by label',
      x: { title: '', range: [0, 1] },
      rows: labels.map(({ label }) => ({ name: label })),
      marks: [
        { kind: 'bars', tone: 5, name: 'ROC-AUC', x: labels.map(({ roc_auc }) => roc_auc), y },
        { kind: 'dots', tone: 1, name: 'average precision', x: labels.map(({ pr_auc }) => pr_auc), y },
      ],
    },
  ];
}

/** The section of metrics label by label. */
export function labelsSection(report: RunReport): Section {
  return {
    id: 'tags',
    title: 'Label by label',
    html: figure({
      name: 'labels',
      choices: [{ label: 'Show', name: 'metric', options: MEASURES.map(({ name }) => name) }],
      rows: { sorts: ['what is shown', ...MEASURES.map(({ name }) => name)], filter: true },
      panels: [{ charts: MEASURES.map((measure) => labelsChart(report, measure)) }],
    }),
  };
}

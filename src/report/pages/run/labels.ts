/** A bar for each label, sorted and filtered as the reader likes. */
import { rounded } from '../../../base/format.js';
import { numberGroups } from '../../../eval/bootstrap.js';
import { placements, rocAucInterval } from '../../../eval/difference/delong.js';
import { intervalText, metricText } from '../../../eval/format.js';
import type { Interval, LabelMetrics } from '../../../eval/metrics.js';
import { rankColumns } from '../../../eval/ranking.js';
import type { RunReport } from '../../../eval/run-report.js';
import { type Chart, pieces } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
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
  measure: string,
  interval: Interval | null,
): string {
  const range = intervalText(interval);
  return [
    label,
    `ROC-AUC ${metricText(roc_auc)}`,
    `PR-AUC ${metricText(pr_auc)}`,
    `F1 ${metricText(f1)}${threshold === null ? '' : ` at threshold ${metricText(threshold)}`}`,
    `${positives} of ${examples} examples`,
    ...(range ? [`95 % interval of ${measure}: ${range}`] : []),
  ].join('\n');
}

/**
 * Intervals of each label's measure: of ROC-AUC from DeLong's variance, clips of a song taken together (Obuchowski 1997);
 * of average precision on the logit scale, from the number of positives (Boyd, Eng and Page 2013). Null for the others.
 */
function intervalsOf({ metrics, predictions }: RunReport): Record<string, (Interval | null)[]> {
  const { scores, targets, labels, groups, groupKind } = predictions;
  const songs = groupKind === 'clip' ? undefined : numberGroups(groups);
  return {
    'ROC-AUC': rankColumns(scores, targets, labels.length).map((ranking) => {
      const placed = placements(ranking);
      return placed && rocAucInterval(placed, songs);
    }),
    'PR-AUC': metrics.per_label.map(({ pr_auc, positives }) => logitInterval(pr_auc, positives)),
  };
}

function logitInterval(share: number | null, count: number): Interval | null {
  if (share === null || share <= 0 || share >= 1 || count < 2) return null;
  const margin = 1.96 / Math.sqrt(count * share * (1 - share));
  const at = (logit: number): number => 1 / (1 + Math.exp(-logit));
  const middle = Math.log(share / (1 - share));
  return [at(middle - margin), at(middle + margin)];
}

function labelsChart(
  { metrics }: RunReport,
  { name, of }: (typeof MEASURES)[number],
  intervals: readonly (Interval | null)[] = [],
): Chart {
  const { per_label: labels, examples } = metrics;
  const isCount = name === 'number of examples';
  const drawn = intervals.flatMap((interval, i) =>
    interval ? [{ x: [rounded(interval[0]), rounded(interval[1])] as const, y: [i, i] as const }] : [],
  );
  return {
    title: `${name} by label`,
    x: { title: name, ...(!isCount && { range: [0, 1] }) },
    rows: labels.map((label, i) => ({
      name: isCount ? label.label : `${label.label} (${label.positives})`,
      hover: hoverOf(label, examples, name, intervals[i] ?? null),
      keys: [of(label), ...MEASURES.map((measure) => measure.of(label))].map(digits),
    })),
    marks: [
      { kind: 'bars', tone: 0, x: labels.map((label) => digits(of(label))), y: labels.map((_, i) => i) },
      ...(drawn.length > 0
        ? [
            {
              kind: 'line' as const,
              tone: 'text' as const,
              width: 1,
              ends: 'x-caps' as const,
              ...pieces(drawn),
            },
          ]
        : []),
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
  const intervals = intervalsOf(report);
  return {
    id: 'tags',
    title: 'Label by label',
    link: 'Labels',
    html: html`${figure({
      name: 'labels',
      choices: [{ label: 'Show', name: 'metric', options: MEASURES.map(({ name }) => name) }],
      rows: { sorts: ['what is shown', ...MEASURES.map(({ name }) => name)], filter: true },
      panels: [{ charts: MEASURES.map((measure) => labelsChart(report, measure, intervals[measure.name])) }],
    })}
    <p class="aside">In parentheses: examples with the label. Lines: 95 % intervals, of ROC-AUC by DeLong's variance${
      report.predictions.groupKind !== 'clip' && ` with clips grouped by ${report.predictions.groupKind}`
    }, of PR-AUC by the number of positives on the logit scale (Boyd et al. 2013), which takes clips as independent.</p>`,
  };
}

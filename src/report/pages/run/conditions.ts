/** What the model reaches when inputs are removed or noisy, beside its result on unchanged inputs. */
import { metricText } from '../../../eval/format.js';
import type { Metrics } from '../../../eval/metrics.js';
import type { RunReport } from '../../../eval/run-report.js';
import { figure } from '../../charts/figure.js';
import { type Estimated, estimateChart } from '../../charts/forest.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

const MEASURES = [
  { name: 'ROC-AUC (macro)', of: ({ roc_auc }: Metrics) => [roc_auc.macro, roc_auc.ci95] as const },
  { name: 'PR-AUC (macro)', of: ({ pr_auc }: Metrics) => [pr_auc.macro, pr_auc.ci95] as const },
  { name: 'Accuracy', of: ({ accuracy, accuracy_ci95 }: Metrics) => [accuracy, accuracy_ci95] as const },
];

/** The section of test conditions. */
export function conditionsSection({ conditions, metrics }: RunReport): Section | null {
  if (conditions.length === 0) return null;
  const measures = metrics.task === 'classification' ? [...MEASURES].reverse() : MEASURES;
  const rows: { name: string; metrics: Metrics | null }[] = [{ name: 'unchanged', metrics }, ...conditions];
  const charts = measures.map(({ name: measure, of }) => {
    const shown = rows.map((row, i): Estimated => {
      const [value, interval] = (row.metrics && of(row.metrics)) ?? [null, null];
      const hover = `${row.name}\n${metricText(value)}, ${row.metrics?.examples ?? 0} clips`;
      return { name: row.name, value, interval, hover, tone: i === 0 ? 1 : 0 };
    });
    const [{ value }] = shown;
    return estimateChart(
      `${measure} by test condition`,
      measure,
      shown,
      value === null ? null : { x: value },
    );
  });
  return {
    id: 'conditions',
    title: 'Test conditions',
    link: 'Conditions',
    html: html`${figure({
      name: 'conditions',
      choices: [{ label: 'Show', name: 'condition-metric', options: measures.map(({ name }) => name) }],
      panels: [{ charts }],
    })}
    <p class="aside">The same weights on the test split with inputs removed or changed, or on a subset of the clips. Lines: 95 % intervals of each result; dotted: the result on unchanged inputs. The clips are
      the same, so a difference to it is surer than the intervals look: they may overlap. Added noise has its ratio to each chunk, so that quiet
      passages get quiet noise.</p>
    ${details(
      'As a table',
      table({
        head: ['Condition', 'Clips', ...measures.map(({ name }) => name)],
        rows: rows.map((row) => [
          row.name,
          row.metrics?.examples ?? 0,
          ...measures.map(({ of }) => {
            const [value, interval] = (row.metrics && of(row.metrics)) ?? [null, null];
            return estimate({ value, interval });
          }),
        ]),
      }),
    )}`,
  };
}

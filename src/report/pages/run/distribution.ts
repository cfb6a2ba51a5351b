/** How many examples of each class the splits have. */
import { SPLITS } from '../../../data/dataset.js';
import type { ClassCounts } from '../../../eval/metrics.js';
import type { RunReport } from '../../../eval/run-report.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

const totalOf = ({ train, validation, test }: ClassCounts): number => train + validation + test;

/** A bar for each class, most frequent first, divided by split; none where the report is not of classes. */
export function distributionCharts({ distribution = [] }: RunReport): Chart[] {
  if (distribution.length === 0) return [];
  const classes = [...distribution].sort((a, b) => totalOf(b) - totalOf(a));
  const before = (own: ClassCounts, parts: number): number =>
    SPLITS.slice(0, parts).reduce((sum, split) => sum + own[split], 0);
  return [
    {
      title: 'Examples by class and split',
      x: { title: 'examples' },
      rows: classes.map((own) => ({
        name: own.label,
        hover: [own.label, ...SPLITS.map((split) => `${split} ${own[split]}`)].join('\n'),
      })),
      marks: SPLITS.map((split, i) => ({
        ...{ kind: 'bars' as const, tone: i, name: split },
        x: classes.map((own) => own[split]),
        from: classes.map((own) => before(own, i)),
        y: classes.map((_, row) => row),
      })),
    },
  ];
}

/** The section of the classes' distribution; null where the report is not of classes. */
export function distributionSection(report: RunReport): Section | null {
  const charts = distributionCharts(report);
  if (charts.length === 0) return null;
  const totals = report.distribution!.map(totalOf);
  const [least, most] = [Math.min(...totals), Math.max(...totals)];
  return {
    id: 'distribution',
    title: 'Examples by class',
    link: 'Classes',
    html: html`<p>${totals.reduce((a, b) => a + b).toLocaleString('en')} examples of ${totals.length} classes; ${
      least === most
        ? html`each has ${most.toLocaleString('en')}.`
        : html`the rarest has ${least.toLocaleString('en')}, the most frequent ${most.toLocaleString('en')}.`
    }</p>
      ${figure({ name: 'distribution', panels: [{ charts }] })}`,
  };
}

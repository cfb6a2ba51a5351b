/** What each experiment of a comparison reached. */
import {
  type ComparedMetric,
  type ConstantAnswer,
  METRIC_NAMES,
  type PerMetric,
  valuesOf,
} from '../../../eval/difference/compared-metrics.js';
import { metricText } from '../../../eval/format.js';
import type { Comparison, Estimate } from '../../../runs/compare/comparison.js';
import { type Content, type Html, html } from '../../kit/html.js';
import { linked, type ReportLinks } from '../../kit/links.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

/** A table of experiments with some metrics over their runs, and of a constant answer. */
export function metricsTable(
  compared: readonly ComparedMetric[],
  experiments: readonly { label: string; runs: Content; metrics: PerMetric<Estimate> }[],
  { constant = null, caption }: { constant?: ConstantAnswer | null; caption?: string } = {},
): Html {
  const rows = experiments.map(({ label, runs, metrics }) => [
    ...[label, runs],
    ...compared.map((metric) => estimate(metrics[metric])),
  ]);
  const baseline = constant && [
    ...[constant.name, ''],
    ...compared.map((metric) =>
      metric in constant.values ? metricText(constant.values[metric] ?? null) : '',
    ),
  ];
  return table({
    caption,
    head: ['Experiment', 'Runs', ...compared.map((metric) => METRIC_NAMES[metric])],
    rows,
    last: baseline,
  });
}

/** Links to the reports of an experiment's runs, by their seeds, or the number of runs where none has a report. */
export function runLinks(
  runs: readonly { folder: string; config: { seed: number } }[],
  links: ReportLinks,
): Content {
  if (!runs.some(({ folder }) => links.has(folder))) return runs.length;
  if (runs.length === 1) return linked('report', links.get(runs[0].folder));
  return html`seeds ${runs.map(({ folder, config }, i) => html`${i > 0 && ', '}${linked(config.seed, links.get(folder))}`)}`;
}

/** The section of the experiments' metrics, and of single runs where there are several seeds. */
export function resultsSection({ groups, compared, constant }: Comparison, links: ReportLinks): Section {
  const isSeeded = groups.some(({ runs }) => runs.length > 1);
  const single = groups.flatMap(({ label, runs, runLabels }) =>
    runs.map(({ config, metrics, folder }, i) => [
      ...[linked(runLabels[i], links.get(folder)), label, config.seed],
      ...compared.map((metric) => metricText(valuesOf(metrics)[metric])),
    ]),
  );
  return {
    id: 'results',
    title: 'Results',
    html: html`${metricsTable(
      compared,
      groups.map((group) => ({ ...group, runs: runLinks(group.runs, links) })),
      { constant },
    )}
    <p class="aside">${isSeeded && 'Mean ± standard deviation over runs that differ only in their seed. '}Below each value, its 95 % interval.</p>
    ${isSeeded && details('Single runs', table({ head: ['Run', 'Experiment', 'Seed', ...compared.map((metric) => METRIC_NAMES[metric])], rows: single }))}`,
  };
}

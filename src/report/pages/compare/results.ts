/** What each experiment of a comparison reached. */
import { COMPARED_METRICS, type PerMetric } from '../../../eval/difference/paired-bootstrap.js';
import { metricText } from '../../../eval/format.js';
import type { Comparison, Estimate } from '../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../runs/compare/tables.js';
import { type Html, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

const NAMES = COMPARED_METRICS.map((metric) => METRIC_NAMES[metric]);

/** A table of experiments with their metrics over so many runs, and of the majority baseline. */
export function metricsTable(
  experiments: readonly { label: string; runs: number; metrics: PerMetric<Estimate> }[],
  { majority = null, caption }: { majority?: number | null; caption?: string } = {},
): Html {
  const rows = experiments.map(({ label, runs, metrics }) => [
    ...[label, runs],
    ...COMPARED_METRICS.map((metric) => estimate(metrics[metric])),
  ]);
  const baseline = ['majority baseline', '', '', '', metricText(majority)];
  return table({
    caption,
    head: ['Experiment', 'Runs', ...NAMES],
    rows: majority === null ? rows : [...rows, baseline],
  });
}

/** The section of the experiments' metrics, and of single runs where there are several seeds. */
export function resultsSection({ groups, majorityAccuracy }: Comparison): Section {
  const isSeeded = groups.some(({ runs }) => runs.length > 1);
  const single = groups.flatMap(({ label, runs, runLabels }) =>
    runs.map(({ config, metrics: { roc_auc, pr_auc, accuracy } }, i) => [
      ...[runLabels[i], label, config.seed],
      ...[roc_auc.macro, pr_auc.macro, accuracy].map((value) => metricText(value)),
    ]),
  );
  return {
    id: 'results',
    title: 'Results',
    html: html`${metricsTable(
      groups.map((group) => ({ ...group, runs: group.runs.length })),
      { majority: majorityAccuracy },
    )}
    <p class="aside">${isSeeded && 'Mean ± standard deviation over runs that differ only in their seed. '}Below each value, its 95 % interval.</p>
    ${isSeeded && details('Single runs', table({ head: ['Run', 'Experiment', 'Seed', ...NAMES], rows: single }))}`,
  };
}

/** What each experiment of a comparison reached. */
import { COMPARED_METRICS } from '../../../eval/difference/paired-bootstrap.js';
import { metricText } from '../../../eval/format.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../runs/compare/tables.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

/** The section of the experiments' metrics, and of single runs where there are several seeds. */
export function resultsSection({ groups, majorityAccuracy }: Comparison): Section {
  const isSeeded = groups.some(({ runs }) => runs.length > 1);
  const names = COMPARED_METRICS.map((metric) => METRIC_NAMES[metric]);
  return {
    id: 'results',
    title: 'Results',
    html: html`${table({
      head: ['Experiment', 'Runs', ...names],
      rows: [
        ...groups.map(({ label, runs, metrics }) => [
          label,
          runs.length,
          ...COMPARED_METRICS.map((metric) => {
            const { value, deviation, interval } = metrics[metric];
            return estimate(value, deviation, interval);
          }),
        ]),
        ['majority baseline', '', '', '', metricText(majorityAccuracy)],
      ],
    })}
    <p class="aside">${isSeeded && 'Mean ± standard deviation over runs that differ only in their seed. '}Below each value, its 95 % interval.</p>
    ${
      isSeeded &&
      details(
        'Single runs',
        table({
          head: ['Run', 'Experiment', 'Seed', ...names],
          rows: groups.flatMap(({ label, runs, runLabels }) =>
            runs.map(({ config, metrics }, i) => [
              ...[runLabels[i], label, config.seed],
              ...[metrics.roc_auc.macro, metrics.pr_auc.macro, metrics.accuracy].map((value) =>
                metricText(value),
              ),
            ]),
          ),
        }),
      )
    }`,
  };
}

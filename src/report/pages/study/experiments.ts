/** What each experiment of a study reached: its mean, its interval, and every seed. */
import { COMPARED_METRICS, type ComparedMetric } from '../../../eval/difference/paired-bootstrap.js';
import { metricText } from '../../../eval/format.js';
import { METRIC_NAMES } from '../../../runs/compare/tables.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import type { GroupResult } from '../../../runs/study/results/summary.js';
import { figure } from '../../charts/figure.js';
import { type Estimated, estimateChart } from '../../charts/forest.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

/** Accuracy first, as the literature has it. */
const SHOWN = [...COMPARED_METRICS].reverse();

/** Cells of an experiment's metrics. */
export const metricCells = ({ metrics }: GroupResult, shown: readonly ComparedMetric[]) =>
  shown.map((metric) => {
    const { value, deviation, interval } = metrics[metric];
    return estimate(value, deviation, interval);
  });

/** The section of the experiments' metrics. */
export function experimentsSection({ panels }: StudyResult): Section {
  const charts = panels.flatMap(({ panel, groups, comparison }) =>
    SHOWN.map((metric) => {
      const rows = groups.map(({ label, metrics, seeds }): Estimated => {
        const { value, interval } = metrics[metric];
        return {
          name: label,
          hover: `${label}\n${metricText(value)}`,
          ...{ value, interval },
          runs: seeds.flatMap((seed) => seed[metric] ?? []),
        };
      });
      const guide = {
        accuracy: { x: comparison.majorityAccuracy, name: 'majority baseline' },
        roc_auc: { x: 0.5, name: 'chance' },
        pr_auc: null,
      }[metric];
      return estimateChart(`${METRIC_NAMES[metric]}, ${panel.label}`, METRIC_NAMES[metric], rows, guide);
    }),
  );
  return {
    id: 'experiments',
    title: 'Results',
    html: html`${figure({
      name: 'experiments',
      choices: [
        { label: 'Task', name: 'panel', options: panels.map(({ panel }) => panel.label) },
        { label: 'Show', name: 'metric', options: SHOWN.map((metric) => METRIC_NAMES[metric]) },
      ],
      panels: [{ charts }],
    })}
    <p class="aside">Large dots: means over seeds, with 95 % intervals by bootstrap over songs.</p>
    ${panels.map(({ panel, groups, comparison }) =>
      details(
        `${panel.label}: ${comparison.examples} test clips`,
        table({
          head: ['Experiment', 'Seeds', ...COMPARED_METRICS.map((metric) => METRIC_NAMES[metric])],
          rows: [
            ...groups.map((group) => [
              group.label,
              group.seeds.length,
              ...metricCells(group, COMPARED_METRICS),
            ]),
            ['majority baseline', '', '', '', metricText(comparison.majorityAccuracy)],
          ],
        }),
        groups.length <= 6,
      ),
    )}`,
  };
}

/** What each experiment of a study reached: its mean, its interval, and every seed. */
import { METRIC_NAMES } from '../../../eval/difference/compared-metrics.js';
import { metricText } from '../../../eval/format.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import type { GroupResult, PanelResult } from '../../../runs/study/results/summary.js';
import { figure } from '../../charts/figure.js';
import { type Estimated, estimateChart } from '../../charts/forest.js';
import { html } from '../../kit/html.js';
import type { ReportLinks } from '../../kit/links.js';
import type { Section } from '../../kit/sections.js';
import { details } from '../../kit/text.js';
import { metricsTable, runLinks } from '../compare/results.js';

/** What the table of metrics needs of an experiment. */
export const tableRow = ({ label, seeds, metrics }: GroupResult) => ({ label, runs: seeds.length, metrics });

/** The same with links to the runs, which the comparison of the panel names. */
const linkedRow =
  ({ comparison }: PanelResult, links: ReportLinks) =>
  (group: GroupResult) => {
    const found = comparison.groups.find(({ metrics }) => metrics === group.metrics);
    return { ...tableRow(group), runs: found ? runLinks(found.runs, links) : group.seeds.length };
  };

/** The section of the experiments' metrics. */
export function experimentsSection({ panels }: StudyResult, links: ReportLinks): Section {
  const [{ comparison: first }] = panels;
  // Accuracy first, as the literature has it.
  const shown = [...first.compared].reverse();
  const charts = panels.flatMap(({ panel, groups, comparison }) =>
    shown.map((metric) => {
      const rows = groups.map(({ label, metrics, seeds }): Estimated => {
        const { value, interval } = metrics[metric];
        return {
          name: label,
          hover: `${label}\n${metricText(value)}`,
          ...{ value, interval },
          runs: seeds.flatMap((seed) => seed[metric] ?? []),
        };
      });
      const { name, values } = comparison.constant;
      const known = values[metric] ?? null;
      const guide =
        metric === 'roc_auc' ? { x: 0.5, name: 'chance' } : known === null ? null : { x: known, name };
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
        { label: 'Show', name: 'metric', options: shown.map((metric) => METRIC_NAMES[metric]) },
      ],
      panels: [{ charts }],
    })}
    <p class="aside">Large dots: means over seeds, with 95 % intervals by bootstrap over songs.</p>
    ${panels.map((result) => {
      const { panel, groups, comparison } = result;
      return details(
        `${panel.label}: ${comparison.examples} test clips`,
        metricsTable(comparison.compared, groups.map(linkedRow(result, links)), {
          constant: comparison.constant,
        }),
        groups.length <= 6,
      );
    })}`,
  };
}

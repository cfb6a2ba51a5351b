/** What each experiment reached. */

import { COMPARED_METRICS } from '../../../../eval/difference/paired-bootstrap.js';
import { intervalText, metricText } from '../../../../eval/format.js';
import type { Comparison } from '../../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../../runs/compare/tables.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Makes the section of the experiments' metrics, and of single runs where there are several seeds. */
export const results = defineSection<object, Comparison>({
  id: 'results',
  title: 'Results',
  data: () => ({}),
  html: (_, { groups, majorityAccuracy }) => {
    const seeds = groups.some(({ runs }) => runs.length > 1);
    return html`<div class="wide"><table>
      <thead><tr><th>Experiment</th>${seeds && html`<th>Runs</th>`}${COMPARED_METRICS.map((metric) => html`<th>${METRIC_NAMES[metric]}</th>`)}</tr></thead>
      <tbody>${groups.map(
        ({ label, runs, metrics }) =>
          html`<tr><th scope="row">${label}</th>${seeds && html`<td>${runs.length}</td>`}${COMPARED_METRICS.map(
            (metric) => {
              const { value, deviation, interval } = metrics[metric];
              return html`<td>${metricText(value)}${deviation !== null && html` ± ${metricText(deviation)}`}${interval && html`<small>${intervalText(interval)}</small>`}</td>`;
            },
          )}</tr>`,
      )}
      <tr><th scope="row">always the majority</th>${seeds && html`<td></td>`}<td></td><td></td><td>${metricText(majorityAccuracy)}</td></tr></tbody>
    </table></div>
    <p class="aside">${seeds && 'Mean ± standard deviation over runs that differ only by their seed. '}Below each value, its 95 % interval.</p>
    ${
      seeds &&
      html`<details><summary>Single runs</summary><div class="wide"><table>
      <thead><tr><th>Run</th><th>Experiment</th><th>Seed</th>${COMPARED_METRICS.map((metric) => html`<th>${METRIC_NAMES[metric]}</th>`)}</tr></thead>
      <tbody>${groups.flatMap(({ label, runs, runLabels }) =>
        runs.map(
          (run, i) =>
            html`<tr><th scope="row">${runLabels[i]}</th><td>${label}</td><td>${run.config.seed}</td><td>${metricText(run.metrics.roc_auc.macro)}</td><td>${metricText(run.metrics.pr_auc.macro)}</td><td>${metricText(run.metrics.accuracy)}</td></tr>`,
        ),
      )}</tbody></table></div></details>`
    }`;
  },
  draw: [],
});

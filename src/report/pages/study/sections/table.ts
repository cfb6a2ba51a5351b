/** The table that the original shows, with the numbers of here. */

import { intervalText, metricText } from '../../../../eval/format.js';
import { METRIC_NAMES } from '../../../../runs/compare/tables.js';
import type { StudyResult } from '../../../../runs/study/results/study-result.js';
import { tableRows } from '../../../../runs/study/results/table-rows.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

const SHOWN = ['accuracy', 'roc_auc'] as const;

/** Makes the section of the original's table. */
export const table = defineSection<object, StudyResult>({
  id: 'table',
  title: 'The groups',
  data: (result) => (tableRows(result).length === 0 ? null : {}),
  html: (_, result) => html`<div class="wide"><table>
    <thead><tr><th>Group</th><th>Task</th>${SHOWN.map((metric) => html`<th>${METRIC_NAMES[metric]}</th>`)}<th>Majority accuracy</th></tr></thead>
    <tbody>${tableRows(result).map(
      ({ label, task, result: { metrics }, majorityAccuracy }) =>
        html`<tr><th scope="row">${label}</th><td>${task}</td>${SHOWN.map((metric) => {
          const { value, deviation, interval } = metrics[metric];
          return html`<td>${metricText(value)}${deviation !== null && html` ± ${metricText(deviation)}`}${interval && html`<small>${intervalText(interval)}</small>`}</td>`;
        })}<td>${metricText(majorityAccuracy)}</td></tr>`,
    )}</tbody></table></div>
    <p class="aside">Groups of different tasks are not to be compared with each other: fewer classes are easier. Below are all networks on every task.</p>`,
  draw: [],
});

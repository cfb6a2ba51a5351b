/** Experiments side by side that differ in one thing. */

import { intervalText, metricText } from '../../../../eval/format.js';
import { METRIC_NAMES } from '../../../../runs/compare/tables.js';
import type { StudyResult } from '../../../../runs/study/results/study-result.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

const SHOWN = ['accuracy', 'roc_auc', 'pr_auc'] as const;

/** Makes the section of the study's themes. */
export const themes = defineSection<object, StudyResult>({
  id: 'themes',
  title: 'One thing at a time',
  data: ({ study }) => (study.themes.length === 0 ? null : {}),
  html: (_, { study, panels }) =>
    html`${panels.map(
      ({ panel, groups }) =>
        html`<h3>${panel.label}</h3><div class="pair">${study.themes.map(({ title, groups: names }) => {
          const rows = names.flatMap((name) => groups.find((group) => group.name === name) ?? []);
          return (
            rows.length > 0 &&
            html`<div class="wide"><table><caption>${title}</caption>
          <thead><tr><th>Experiment</th>${SHOWN.map((metric) => html`<th>${METRIC_NAMES[metric]}</th>`)}</tr></thead>
          <tbody>${rows.map(
            ({ label, metrics }) =>
              html`<tr><th scope="row">${label}</th>${SHOWN.map((metric) => {
                const { value, deviation, interval } = metrics[metric];
                return html`<td>${metricText(value)}${deviation !== null && html` ± ${metricText(deviation)}`}${interval && html`<small>${intervalText(interval)}</small>`}</td>`;
              })}</tr>`,
          )}</tbody></table></div>`
          );
        })}</div>`,
    )}`,
  draw: [],
});

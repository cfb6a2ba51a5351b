/** The settings of a classical classifier that were tried, and the one that the validation part chose. */

import { metricText } from '../../../../eval/format.js';
import type { BaselineReport } from '../../../../eval/run-report.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Makes the section of the baseline's settings; absent for a network. */
export const baseline = defineSection<BaselineReport>({
  id: 'baseline',
  title: 'Baseline',
  data: ({ baseline: report }) => report ?? null,
  html: ({ title, metric, folds }) => {
    const several = folds.length > 1;
    const chosen = folds.some(({ tried }) => tried.length > 1);
    return html`<p>${title.charAt(0).toUpperCase() + title.slice(1)}${several && html`, fitted once for each of ${folds.length} folds; every track is scored by the fit that did not see it`}.
      ${chosen && html`The setting was chosen on the validation part by ${metric}.`}</p>
      <table class="record"><tr>${several && html`<th scope="col">fold</th>`}<th scope="col">setting</th><th scope="col">validation ${metric}</th><th scope="col"></th></tr>${folds.map(
        ({ tried }, fold) =>
          tried.map(
            ({ setting, score, chosen: kept }) =>
              html`<tr>${several && html`<td>${fold}</td>`}<td>${setting}</td><td>${metricText(score)}</td><td>${kept && 'chosen'}</td></tr>`,
          ),
      )}</table>`;
  },
  draw: [],
});

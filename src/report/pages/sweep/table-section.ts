/** Every experiment with its settings, its validation metric and its test metrics. */

import { metricText } from '../../../eval/format.js';
import { shortKeys } from '../../../runs/sweep/plan.js';
import { SWEEP_METRICS, type SweepMetric } from '../../../runs/sweep/results.js';
import { majorityOf, spreadText, statusText, validationName } from '../../../runs/sweep/tables.js';
import { html } from '../../kit/html.js';
import { defineSection } from '../../kit/section.js';
import type { SweepReport } from './subject.js';

const METRICS = Object.keys(SWEEP_METRICS) as SweepMetric[];

/** Makes the section of the table. */
export const table = defineSection<object, SweepReport>({
  id: 'experiments',
  title: 'Experiments',
  data: () => ({}),
  html: (_, { plan, results, comparison }) => {
    const { keys, seeds } = plan;
    const majority = majorityOf(results);
    const short = shortKeys(keys);
    const columns = keys.length > 0 ? keys : ['experiment'];
    const failures = results.flatMap(({ group, runs }) =>
      runs.filter(({ error }) => error !== null).map((run) => ({ group, ...run })),
    );
    return html`<div class="wide"><table class="sweep">
      <thead><tr>${columns.map((key) => html`<th title="${key}">${short.get(key) ?? key}</th>`)}<th>Epochs</th><th>${validationName(results)}</th>${METRICS.map((metric) => html`<th>test ${SWEEP_METRICS[metric].name}</th>`)}<th></th></tr></thead>
      <tbody>${results.map(
        ({ group, setting, runs, validation, test }) =>
          html`<tr>${keys.length > 0 ? keys.map((key) => html`<td>${setting.get(key) ?? '–'}</td>`) : html`<td>${group}</td>`}<td>${[...new Set(runs.map(({ epochs }) => epochs))].join(', ')}</td><td>${spreadText(validation)}</td>${METRICS.map((metric) => html`<td>${spreadText(test[metric])}</td>`)}<td>${statusText(runs)}</td></tr>`,
      )}
      ${majority !== null && html`<tr><td>always the majority</td>${columns.slice(1).map(() => html`<td></td>`)}<td></td><td></td><td></td><td></td><td>${metricText(majority)}</td><td></td></tr>`}</tbody>
    </table></div>
    <p class="aside">In the order of the validation metric, by which a setting is to be chosen: the best epoch's, whose weights are
      kept${seeds.length > 1 && html`; mean ± standard deviation over ${seeds.length} seeds`}. Test metrics are reported, and never chose anything.</p>
    ${comparison !== null && html`<p><a href="${comparison}">Comparison of the finished experiments</a>: differences with intervals and tests.</p>`}
    ${failures.length > 0 && html`<h3>What failed</h3><ul>${failures.map(({ group, seed, status, error }) => html`<li>${group}, seed ${seed}: ${status}. ${error}</li>`)}</ul>`}`;
  },
  draw: [],
});

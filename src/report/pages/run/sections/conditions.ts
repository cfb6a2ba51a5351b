/** What the model reaches when inputs are taken away or noisy, beside what it reaches as they are. */

import { intervalText, metricText } from '../../../../eval/format.js';
import type { Interval, Metrics } from '../../../../eval/metrics.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface Measured {
  value: number | null;
  interval: Interval | null;
}

interface Row {
  name: string;
  examples: number;
  roc_auc: Measured;
  pr_auc: Measured;
  accuracy: Measured;
}

interface ConditionsData {
  rows: Row[];
}

function rowOf(name: string, metrics: Metrics | null): Row {
  return {
    name,
    examples: metrics?.examples ?? 0,
    roc_auc: { value: metrics?.roc_auc.macro ?? null, interval: metrics?.roc_auc.ci95 ?? null },
    pr_auc: { value: metrics?.pr_auc.macro ?? null, interval: metrics?.pr_auc.ci95 ?? null },
    accuracy: { value: metrics?.accuracy ?? null, interval: metrics?.accuracy_ci95 ?? null },
  };
}

/** Browser code: a dot with its interval for each condition, a line where nothing is changed. */
function drawConditions(page: Page, { rows }: ConditionsData, host: HTMLElement): void {
  const select = host.querySelector<HTMLSelectElement>('[name="condition-metric"]')!;
  const chart = host.querySelector<HTMLElement>('.plot')!;
  chart.style.height = `${80 + 34 * rows.length}px`;
  const update = (): void => {
    const metric = select.value as 'roc_auc' | 'pr_auc' | 'accuracy';
    const shown = rows.map((row) => row[metric]);
    const whole = shown[0].value;
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'scatter',
          mode: 'markers',
          x: shown.map(({ value }) => value),
          y: rows.map((_, i) => i),
          marker: { size: 10, color: rows.map((_, i) => (i === 0 ? theme.series[1] : theme.series[0])) },
          error_x: page.intervals(shown, theme.muted),
          hovertext: rows.map(
            ({ name, examples }, i) =>
              `<b>${page.plain(name)}</b><br>${shown[i].value?.toFixed(3) ?? 'undefined'}, ${examples} clips`,
          ),
          hoverinfo: 'text',
        },
      ],
      layout: {
        margin: { l: 12, r: 16, t: 8, b: 44 },
        xaxis: { title: { text: select.selectedOptions[0].text } },
        yaxis: {
          range: [rows.length - 0.4, -0.6],
          tickmode: 'array',
          tickvals: rows.map((_, i) => i),
          ticktext: rows.map(({ name }) => page.plain(name.length > 34 ? `${name.slice(0, 33)}…` : name)),
          zeroline: false,
        },
        shapes: page.guide(whole, theme),
      },
    }));
  };
  select.addEventListener('change', update);
  update();
}

/** Makes the section of changed test conditions. */
export const conditions = defineSection<ConditionsData>({
  id: 'conditions',
  title: 'Under other conditions',
  data: ({ conditions: results, metrics }) =>
    results.length === 0
      ? null
      : {
          rows: [rowOf('as it is', metrics), ...results.map((result) => rowOf(result.name, result.metrics))],
        },
  html: ({ rows }, { metrics }) => {
    const cell = ({ value, interval }: Measured) => {
      const text = intervalText(interval);
      return html`<td>${metricText(value)}${text && html` <small>(${text})</small>`}</td>`;
    };
    const isClasses = metrics.task === 'classification';
    return html`<div class="controls"><label>Show <select name="condition-metric">
        ${isClasses && html`<option value="accuracy">accuracy</option>`}
        <option value="roc_auc">ROC-AUC (macro)</option><option value="pr_auc">PR-AUC (macro)</option>
        ${!isClasses && html`<option value="accuracy">accuracy</option>`}
      </select></label></div>
      <div class="plot"></div>
      <p class="aside">The same weights on the test part, with inputs taken away or changed, or on some of the clips. Lines: 95 % intervals.</p>
      <details><summary>As a table</summary><div class="wide"><table>
        <thead><tr><th>Condition</th><th>Clips</th><th>ROC-AUC</th><th>PR-AUC</th><th>Accuracy</th></tr></thead>
        <tbody>${rows.map(
          (row) =>
            html`<tr><th scope="row">${row.name}</th><td>${String(row.examples)}</td>${cell(row.roc_auc)}${cell(row.pr_auc)}${cell(row.accuracy)}</tr>`,
        )}</tbody></table></div></details>`;
  },
  draw: [drawConditions],
});

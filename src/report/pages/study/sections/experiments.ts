/** What each experiment reached: its mean, its interval, and every seed. */

import { rounded } from '../../../../base/format.js';
import { COMPARED_METRICS } from '../../../../eval/difference/paired-bootstrap.js';
import { intervalText, metricText } from '../../../../eval/format.js';
import { METRIC_NAMES } from '../../../../runs/compare/tables.js';
import type { StudyResult } from '../../../../runs/study/results/study-result.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

type Metric = (typeof COMPARED_METRICS)[number];

interface DrawnGroup {
  label: string;
  metrics: Record<Metric, { value: number | null; interval: [number, number] | null; seeds: number[] }>;
}

interface ExperimentsData {
  panels: { name: string; label: string; majority: number; groups: DrawnGroup[] }[];
}

/** Browser code: a dot with its interval for each experiment, small dots for its seeds. */
function drawExperiments(page: Page, { panels }: ExperimentsData, host: HTMLElement): void {
  const choice = (name: string): HTMLSelectElement =>
    host.querySelector<HTMLSelectElement>(`[name="${name}"]`)!;
  const chart = host.querySelector<HTMLElement>('.experiments')!;
  const update = (): void => {
    const panel = panels[Number(choice('panel').value)];
    const metric = choice('metric').value as Metric;
    const shown = panel.groups.map(({ metrics }) => metrics[metric]);
    chart.style.height = `${90 + 34 * shown.length}px`;
    // On a narrow screen the dots need the room more than the names do.
    const letters = chart.clientWidth < 600 ? 18 : 40;
    const chance = metric === 'accuracy' ? panel.majority : metric === 'roc_auc' ? 0.5 : null;
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'scatter',
          mode: 'markers',
          name: 'one seed',
          x: shown.flatMap(({ seeds }) => seeds),
          y: shown.flatMap(({ seeds }, i) => seeds.map(() => i + 0.22)),
          marker: { size: 5, color: theme.muted, symbol: 'circle-open' },
          hovertemplate: '%{x:.3f}<extra>one seed</extra>',
        },
        {
          type: 'scatter',
          mode: 'markers',
          name: 'mean, 95 % interval',
          x: shown.map(({ value }) => value),
          y: shown.map((_, i) => i),
          marker: { size: 10, color: theme.series[0] },
          error_x: page.intervals(shown, theme.series[0]),
          hovertext: panel.groups.map(
            ({ label }, i) => `<b>${page.plain(label)}</b><br>${shown[i].value?.toFixed(3) ?? 'undefined'}`,
          ),
          hoverinfo: 'text',
        },
      ],
      layout: {
        margin: { l: 12, r: 16, t: 30, b: 44 },
        xaxis: { title: { text: choice('metric').selectedOptions[0].text } },
        yaxis: {
          range: [shown.length - 0.4, -0.6],
          tickmode: 'array',
          tickvals: shown.map((_, i) => i),
          ticktext: panel.groups.map(({ label }) =>
            page.plain(label.length > letters ? `${label.slice(0, letters - 1)}…` : label),
          ),
          zeroline: false,
        },
        shapes: page.guide(chance, theme),
      },
    }));
  };
  for (const name of ['panel', 'metric']) choice(name).addEventListener('change', update);
  update();
}

/** Makes the section of the experiments' metrics. */
export const experiments = defineSection<ExperimentsData, StudyResult>({
  id: 'experiments',
  title: 'Results',
  data: ({ panels }) => ({
    panels: panels.map(({ panel, groups, comparison }) => ({
      name: panel.name,
      label: panel.label,
      majority: rounded(comparison.majorityAccuracy),
      groups: groups.map(({ label, metrics, seeds }) => ({
        label,
        metrics: Object.fromEntries(
          COMPARED_METRICS.map((metric) => [
            metric,
            {
              value: metrics[metric].value,
              interval: metrics[metric].interval,
              seeds: seeds.flatMap((seed) => seed[metric] ?? []),
            },
          ]),
        ) as DrawnGroup['metrics'],
      })),
    })),
  }),
  html: (_, { panels }) => html`<div class="controls">
      <label>Task <select name="panel">${panels.map(({ panel }, i) => html`<option value="${i}">${panel.label}</option>`)}</select></label>
      <label>Show <select name="metric">
        <option value="accuracy">Accuracy</option><option value="roc_auc">ROC-AUC macro</option><option value="pr_auc">PR-AUC macro</option>
      </select></label>
    </div>
    <div class="plot experiments"></div>
    <p class="aside">Large dots: means over seeds, with 95 % intervals by bootstrap over songs. Dotted: always the majority (accuracy), chance (ROC-AUC).</p>
    ${panels.map(
      ({
        panel,
        groups,
        comparison,
      }) => html`<details${groups.length <= 6 && html` open`}><summary>${panel.label}: ${comparison.examples} test clips</summary><div class="wide"><table>
      <thead><tr><th>Experiment</th><th>Seeds</th>${COMPARED_METRICS.map((metric) => html`<th>${METRIC_NAMES[metric]}</th>`)}</tr></thead>
      <tbody>${groups.map(
        ({ label, metrics, seeds }) =>
          html`<tr><th scope="row">${label}</th><td>${seeds.length}</td>${COMPARED_METRICS.map((metric) => {
            const { value, deviation, interval } = metrics[metric];
            return html`<td>${metricText(value)}${deviation !== null && html` ± ${metricText(deviation)}`}${interval && html`<small>${intervalText(interval)}</small>`}</td>`;
          })}</tr>`,
      )}
      <tr><th scope="row">always the majority</th><td></td><td></td><td></td><td>${metricText(comparison.majorityAccuracy)}</td></tr></tbody>
    </table></div></details>`,
    )}`,
  draw: [drawExperiments],
});

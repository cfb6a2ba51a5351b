/** The metric against each swept key. */

import { rounded } from '../../../base/format.js';
import { SWEEP_METRICS, type SweepMetric } from '../../../runs/sweep/results.js';
import { validationName } from '../../../runs/sweep/tables.js';
import type { Page } from '../../kit/browser/page.js';
import { html } from '../../kit/html.js';
import { defineSection } from '../../kit/section.js';
import { settingAxes, type ValueAxis } from './axes.js';
import type { SweepReport } from './subject.js';

interface KeysData {
  axes: ValueAxis[];
  names: string[];
  metrics: { title: string; mean: (number | null)[]; deviation: (number | null)[] }[];
}

const METRICS = Object.keys(SWEEP_METRICS) as SweepMetric[];

function keysData(report: SweepReport): KeysData | null {
  const { plan, results } = report;
  if (plan.keys.length === 0) return null;
  const digits = (value: number | null | undefined): number | null =>
    value == null ? null : rounded(value, 5);
  const metrics = [
    { title: validationName(results), of: (i: number) => results[i].validation },
    ...METRICS.map((metric) => ({
      title: `test ${SWEEP_METRICS[metric].name}`,
      of: (i: number) => results[i].test[metric],
    })),
  ].map(({ title, of }) => ({
    title,
    mean: results.map((_, i) => digits(of(i)?.mean)),
    deviation: results.map((_, i) => digits(of(i)?.deviation)),
  }));
  if (metrics.every(({ mean }) => mean.every((value) => value === null))) return null;
  return {
    axes: settingAxes(report),
    names: results.map(({ group }) => group),
    metrics,
  };
}

/** Browser code: a chart a key, a point an experiment, its deviation over seeds as a bar. */
function drawKeys(page: Page, data: KeysData, host: HTMLElement): void {
  const choice = host.querySelector<HTMLSelectElement>('[name=metric]')!;
  const update = (): void => {
    const { title, mean, deviation } = data.metrics[Number(choice.value)];
    data.axes.forEach((axis, a) => {
      page.plot(host.querySelector<HTMLElement>(`[data-key="${a}"]`)!, (theme) => ({
        traces: [
          {
            type: 'scatter' as const,
            mode: 'markers' as const,
            x: axis.places,
            y: mean,
            error_y: {
              type: 'data' as const,
              array: deviation.map((value) => value ?? 0),
              visible: deviation.some((value) => value !== null),
              color: theme.muted,
              thickness: 1,
            },
            marker: { color: theme.series[0], size: 8, opacity: 0.8 },
            text: data.names.map((name) => page.plain(name)),
            hovertemplate: '%{text}<br>%{y:.4f}<extra></extra>',
            showlegend: false,
          },
        ],
        layout: {
          xaxis: {
            title: { text: page.plain(axis.title) },
            range: [-0.08, 1.08],
            tickvals: axis.ticks.map(({ place }) => place),
            ticktext: axis.ticks.map(({ text }) =>
              page.plain(text.length > 18 ? `${text.slice(0, 17)}…` : text),
            ),
          },
          yaxis: { title: { text: page.plain(title) } },
        },
      }));
    });
  };
  choice.addEventListener('change', update);
  update();
}

/** Makes the section of the metric against each key; absent where nothing was swept or nothing was measured. */
export const keys = defineSection<KeysData, SweepReport>({
  id: 'keys',
  title: 'Metric against each key',
  data: keysData,
  html: ({ axes, metrics }) => html`<div class="controls"><label>Metric <select name="metric">${metrics.map(
    ({ title }, i) => html`<option value="${i}">${title}</option>`,
  )}</select></label></div>
    <div class="pair">${axes.map((_, a) => html`<div class="plot" data-key="${a}"></div>`)}</div>
    <p class="aside">A point an experiment, over all values of the other keys; a bar is ± the standard deviation over seeds.</p>`,
  draw: [drawKeys],
});

/** The differences that the study asks for, beside those that the original reports. */

import type { COMPARED_METRICS } from '../../../../eval/difference/paired-bootstrap.js';
import { CERTAIN } from '../../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../../runs/compare/tables.js';
import type { StudyResult } from '../../../../runs/study/results/study-result.js';
import type { ContrastResult } from '../../../../runs/study/results/summary.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import { differenceText, pText } from '../../compare/sections/texts.js';

/** Accuracy and ROC-AUC are what the literature compares. */
const SHOWN = ['accuracy', 'roc_auc'] as const satisfies readonly (typeof COMPARED_METRICS)[number][];
type Shown = (typeof SHOWN)[number];

interface DrawnContrast {
  name: string;
  metrics: Record<
    Shown,
    {
      difference: number | null;
      interval: [number, number] | null;
      certain: boolean;
      published: number | null;
    }
  >;
}

interface ContrastsData {
  panels: { label: string; contrasts: DrawnContrast[] }[];
}

const nameOf = ({ group, minus }: ContrastResult, labels: ReadonlyMap<string, string>): string =>
  `${labels.get(group)} − ${labels.get(minus)}`;

const labelsOf = ({ study }: StudyResult): Map<string, string> =>
  new Map(study.groups.map(({ name, label }) => [name, label]));

/** Browser code: a forest plot, with a diamond for a published difference. */
function drawContrasts(page: Page, { panels }: ContrastsData, host: HTMLElement): void {
  const choice = (name: string): HTMLSelectElement =>
    host.querySelector<HTMLSelectElement>(`[name="${name}"]`)!;
  const chart = host.querySelector<HTMLElement>('.contrasts')!;
  const update = (): void => {
    const { contrasts } = panels[Number(choice('contrast-panel').value)];
    const metric = choice('contrast-metric').value as 'accuracy' | 'roc_auc';
    const shown = contrasts.map(({ metrics }) => metrics[metric]);
    chart.style.height = `${90 + 46 * shown.length}px`;
    // On a narrow screen the dots need the room more than the names do.
    const letters = chart.clientWidth < 600 ? 18 : 60;
    const short = (name: string): string => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
    const published = shown.flatMap((one, i) => (one.published === null ? [] : [{ x: one.published, y: i }]));
    const colours = (theme: { positive: string; negative: string }): string[] =>
      shown.map(({ difference }) => ((difference ?? 0) > 0 ? theme.positive : theme.negative));
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'scatter',
          mode: 'markers',
          name: 'here, 95 % interval',
          x: shown.map(({ difference }) => difference),
          y: shown.map((_, i) => i),
          marker: {
            size: 10,
            color: shown.map(({ certain }, i) => (certain ? colours(theme)[i] : theme.background)),
            line: { color: colours(theme), width: 2 },
          },
          error_x: page.intervals(
            shown.map(({ difference, interval }) => ({ value: difference, interval })),
            theme.muted,
          ),
          hovertext: contrasts.map(
            ({ name }, i) =>
              `<b>${page.plain(name)}</b><br>${shown[i].difference?.toFixed(3) ?? 'undefined'}`,
          ),
          hoverinfo: 'text',
        },
        {
          type: 'scatter',
          mode: 'markers',
          name: 'as published',
          visible: published.length > 0,
          x: published.map(({ x }) => x),
          y: published.map(({ y }) => y),
          marker: { size: 11, symbol: 'diamond-open', color: theme.series[1] },
          hovertemplate: '%{x:+.3f}<extra>as published</extra>',
        },
      ],
      layout: {
        margin: { l: 12, r: 16, t: 30, b: 44 },
        xaxis: {
          title: { text: `difference in ${choice('contrast-metric').selectedOptions[0].text}` },
          zeroline: true,
          zerolinecolor: theme.text,
        },
        yaxis: {
          range: [shown.length - 0.4, -0.6],
          tickmode: 'array',
          tickvals: shown.map((_, i) => i),
          // Two lines, so that both names fit.
          ticktext: contrasts.map(({ name }) =>
            name
              .split(' − ')
              .map((part) => page.plain(short(part)))
              .join('<br>− '),
          ),
          tickfont: { size: 11 },
          zeroline: false,
        },
      },
    }));
  };
  for (const name of ['contrast-panel', 'contrast-metric']) choice(name).addEventListener('change', update);
  update();
}

/** Makes the section of the study's differences. */
export const contrasts = defineSection<ContrastsData, StudyResult>({
  id: 'contrasts',
  title: 'Differences',
  data: (result) => {
    const labels = labelsOf(result);
    const panels = result.panels.filter((panel) => panel.contrasts.length > 0);
    if (panels.length === 0) return null;
    return {
      panels: panels.map(({ panel, contrasts: list }) => ({
        label: panel.label,
        contrasts: list.map((contrast) => ({
          name: nameOf(contrast, labels),
          metrics: Object.fromEntries(
            SHOWN.map((metric) => {
              const { difference, interval, pHolm } = contrast.metrics[metric];
              const certain = pHolm !== null && pHolm < CERTAIN;
              return [
                metric,
                { difference, interval, certain, published: contrast.published?.[metric] ?? null },
              ];
            }),
          ) as DrawnContrast['metrics'],
        })),
      })),
    };
  },
  html: (data, result) => {
    const labels = labelsOf(result);
    const hasPublished = data.panels.some((panel) =>
      panel.contrasts.some(({ metrics }) => SHOWN.some((metric) => metrics[metric].published !== null)),
    );
    const row = (contrast: ContrastResult, metric: Shown) => {
      const { difference, interval, p, pHolm } = contrast.metrics[metric];
      const { mean, deviation, higher, seeds } = contrast.bySeed[metric];
      const published = contrast.published?.[metric];
      return html`<tr><th scope="row">${nameOf(contrast, labels)}</th><td>${METRIC_NAMES[metric]}</td>
        <td>${differenceText(difference)}</td><td>${interval ? `${differenceText(interval[0])} to ${differenceText(interval[1])}` : '–'}</td>
        <td>${pText(p)}</td><td class="${pHolm !== null && pHolm < CERTAIN ? 'certain' : ''}">${pText(pHolm)}</td>
        <td>${mean === null ? '–' : `${differenceText(mean)}${deviation === null ? '' : ` ± ${deviation.toFixed(3)}`}`}</td><td>${higher} of ${seeds}</td>
        ${hasPublished && html`<td>${published === undefined ? '–' : differenceText(published)}</td>`}</tr>`;
    };
    const sources = [...new Set(result.study.contrasts.flatMap(({ published }) => published?.source ?? []))];
    const drawn = result.panels.filter((panel) => panel.contrasts.length > 0);
    return html`<div class="controls">
      <label>Task <select name="contrast-panel">${drawn.map(({ panel }, i) => html`<option value="${i}">${panel.label}</option>`)}</select></label>
      <label>Show <select name="contrast-metric"><option value="accuracy">accuracy</option><option value="roc_auc">ROC-AUC macro</option></select></label>
    </div>
    <div class="plot contrasts"></div>
    <p class="aside">Line: 95 % interval of the difference, both experiments under the same resamples of the test songs. Orange: higher, blue: lower; filled: p &lt; ${CERTAIN} after
      Holm's correction over the differences of this task and metric. The deviation is that of the seeds' differences, seed by seed.
      ${sources.length > 0 && `Published: ${sources.join('; ')}.`}</p>
    ${drawn.map(
      ({
        panel,
        contrasts: list,
      }) => html`<details><summary>${panel.label}, as a table</summary><div class="wide"><table>
        <thead><tr><th>Difference</th><th>Metric</th><th>Value</th><th>95 % interval</th><th>p</th><th>p, Holm</th><th>Seed by seed</th><th>Higher in</th>${hasPublished && html`<th>Published</th>`}</tr></thead>
        <tbody>${list.flatMap((contrast) => SHOWN.map((metric) => row(contrast, metric)))}</tbody></table></div></details>`,
    )}`;
  },
  draw: [drawContrasts],
});

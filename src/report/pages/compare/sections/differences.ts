/** Which experiment is better, by how much, and how sure that is. */
import { rounded } from '../../../../base/format.js';
import { COMPARED_METRICS, type ComparedMetric } from '../../../../eval/difference/paired-bootstrap.js';
import { CERTAIN, type Comparison } from '../../../../runs/compare/comparison.js';
import { METRIC_NAMES } from '../../../../runs/compare/tables.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';
import { differenceText, pText } from './texts.js';

interface DifferencesData {
  groups: string[];
  names: Record<string, string>;
  pairs: { first: number; second: number; metrics: Record<string, PlottedDifference> }[];
}

interface PlottedDifference {
  difference: number | null;
  interval: [number, number] | null;
  text: string;
  certain: boolean;
}

function plotted({ pairs, groups }: Comparison): DifferencesData | null {
  if (pairs.length === 0) return null;
  const one = (pair: Comparison['pairs'][number], metric: ComparedMetric): PlottedDifference => {
    const { difference, interval, p, pHolm } = pair.metrics[metric];
    return {
      difference: difference && rounded(difference, 5),
      interval: interval && [rounded(interval[0], 5), rounded(interval[1], 5)],
      text: `${differenceText(difference, interval)}<br>p ${pText(p)}, after Holm ${pText(pHolm)}`,
      certain: pHolm !== null && pHolm < CERTAIN,
    };
  };
  return {
    groups: groups.map(({ label }) => label),
    names: METRIC_NAMES,
    pairs: pairs.map((pair) => ({
      first: pair.first,
      second: pair.second,
      metrics: Object.fromEntries(COMPARED_METRICS.map((metric) => [metric, one(pair, metric)])),
    })),
  };
}

/** Browser code: the forest plot of one metric, of all pairs or against one experiment. */
function drawDifferences(page: Page, data: DifferencesData, host: HTMLElement): void {
  const metric = host.querySelector<HTMLSelectElement>('[name=metric]')!;
  const against = host.querySelector<HTMLSelectElement>('[name=against]')!;
  const sort = host.querySelector<HTMLInputElement>('[name=sort]')!;
  const chart = host.querySelector<HTMLElement>('.forest')!;
  const short = (name: string, length: number): string =>
    page.plain(name.length > length ? `${name.slice(0, length - 1)}…` : name);

  const update = (): void => {
    const base = Number(against.value);
    const rows = data.pairs
      .filter(({ first, second }) => base < 0 || first === base || second === base)
      .flatMap(({ first, second, metrics }) => {
        const { difference, interval, text, certain } = metrics[metric.value];
        if (difference === null) return [];
        // Against one experiment, it is always what is taken away.
        const turned = base >= 0 && second === base;
        const sign = turned ? -1 : 1;
        return [
          {
            plus: data.groups[turned ? first : second],
            minus: data.groups[turned ? second : first],
            value: sign * difference,
            low: interval && (turned ? -interval[1] : interval[0]),
            high: interval && (turned ? -interval[0] : interval[1]),
            text: turned ? text.split('<br>')[1] : text,
            certain,
          },
        ];
      });
    if (sort.checked) rows.sort((a, b) => b.value - a.value);
    // On a narrow screen each name has a line of its own.
    const narrow = chart.clientWidth < 560;
    const step = narrow ? 46 : 30;
    chart.style.height = `${Math.max(130, 70 + step * rows.length)}px`;
    const length = narrow ? 18 : 28;
    page.plot(chart, (theme) => {
      const colour = ({ certain, value }: { certain: boolean; value: number }): string =>
        certain ? (value > 0 ? theme.series[0] : theme.series[1]) : theme.muted;
      return {
        traces: [
          {
            type: 'scatter',
            mode: 'markers',
            x: rows.map(({ value }) => value),
            y: rows.map((_, i) => i),
            marker: {
              size: 10,
              color: rows.map(colour),
              symbol: rows.map(({ certain }) => (certain ? 'circle' : 'circle-open')),
            },
            hovertext: rows.map(
              ({ plus, minus, value, text }) =>
                `<b>${page.plain(plus)}</b> minus ${page.plain(minus)}: ${value.toFixed(4)}<br>${text}`,
            ),
            hoverinfo: 'text',
            showlegend: false,
          },
        ],
        layout: {
          margin: { l: 12, r: 16, t: 8, b: 44 },
          xaxis: { title: { text: `difference in ${data.names[metric.value]}` }, zeroline: false },
          yaxis: {
            range: [rows.length - 0.4, -0.6],
            tickmode: 'array',
            tickvals: rows.map((_, i) => i),
            ticktext: rows.map(({ plus, minus }) =>
              narrow
                ? `${short(plus, length)}<br>− ${short(minus, length)}`
                : `${short(plus, length)} − ${short(minus, length)}`,
            ),
            showgrid: false,
            zeroline: false,
          },
          shapes: [
            {
              type: 'line' as const,
              x0: 0,
              x1: 0,
              yref: 'paper' as const,
              y0: 0,
              y1: 1,
              line: { color: theme.text, width: 1, dash: 'dot' as const },
            },
            ...rows.flatMap((row, i) =>
              row.low === null || row.high === null
                ? []
                : [
                    {
                      type: 'line' as const,
                      x0: row.low,
                      x1: row.high,
                      y0: i,
                      y1: i,
                      line: { color: colour(row), width: 2.5 },
                    },
                  ],
            ),
          ],
        },
      };
    });
  };
  for (const control of [metric, against, sort]) control.addEventListener('change', update);
  update();
}

/** Makes the section of pairwise differences; absent for a single experiment. */
export const differences = defineSection<DifferencesData, Comparison>({
  id: 'differences',
  title: 'Differences',
  data: plotted,
  html: ({ groups }, { pairs }) => html`<div class="controls">
      <label>Metric <select name="metric">${COMPARED_METRICS.map((metric) => html`<option value="${metric}">${METRIC_NAMES[metric]}</option>`)}</select></label>
      <label>Against <select name="against"><option value="-1">each other</option>${groups.map((group, i) => html`<option value="${i}">${group}</option>`)}</select></label>
      <label><input type="checkbox" name="sort"> largest first</label>
    </div>
    <div class="plot forest"></div>
    <p class="aside">Line: 95 % interval of the difference under the same resamples of the test set. Filled: p &lt; ${CERTAIN} after
      Holm's correction over all pairs of this metric.</p>
    <details><summary>As a table</summary><div class="wide"><table>
      <thead><tr><th>Experiment minus another</th><th>Metric</th><th>Difference</th><th>95 % interval</th><th>p</th><th>p, Holm</th></tr></thead>
      <tbody>${COMPARED_METRICS.flatMap((metric) =>
        pairs.map((pair) => {
          const { difference, interval, p, pHolm } = pair.metrics[metric];
          return html`<tr><th scope="row">${groups[pair.second]} − ${groups[pair.first]}</th><td>${METRIC_NAMES[metric]}</td><td>${differenceText(difference)}</td><td>${interval ? `${differenceText(interval[0])} to ${differenceText(interval[1])}` : '–'}</td><td>${pText(p)}</td><td class="${pHolm !== null && pHolm < CERTAIN ? 'certain' : ''}">${pText(pHolm)}</td></tr>`;
        }),
      )}</tbody></table></div></details>`,
  draw: [drawDifferences],
});

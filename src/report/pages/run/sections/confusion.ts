/** Which class is taken for which. */

import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface ConfusionData {
  labels: string[];
  counts: number[][];
}

/** Browser code: counts in cells, coloured by the share of the true class. */
function drawConfusion(page: Page, { labels, counts }: ConfusionData, host: HTMLElement): void {
  const names = labels.map((label) => page.plain(label.length > 22 ? `${label.slice(0, 21)}…` : label));
  const at = names.map((_, i) => i);
  const shares = counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
  const chart = host.querySelector<HTMLElement>('.plot')!;
  chart.style.height = `${Math.min(760, 170 + 48 * labels.length)}px`;
  page.plot(chart, (theme) => ({
    traces: [
      {
        type: 'heatmap',
        x: at,
        y: at,
        z: shares,
        zmin: 0,
        zmax: 1,
        showscale: false,
        xgap: 2,
        ygap: 2,
        colorscale: [
          [0, theme.background],
          [1, theme.series[0]],
        ],
        text: counts.map((row) => row.map(String)),
        texttemplate: labels.length <= 24 ? '%{text}' : undefined,
        hovertext: counts.map((row, i) =>
          row.map(
            (count, j) =>
              `${names[i]} taken for ${names[j]}: ${count} (${(100 * shares[i][j]).toFixed(0)} %)`,
          ),
        ),
        hoverinfo: 'text',
      },
    ],
    layout: {
      xaxis: {
        title: { text: 'predicted' },
        tickmode: 'array',
        tickvals: at,
        ticktext: names,
        showgrid: false,
        zeroline: false,
      },
      yaxis: {
        title: { text: 'true' },
        tickmode: 'array',
        tickvals: at,
        ticktext: names,
        autorange: 'reversed',
        showgrid: false,
        zeroline: false,
      },
    },
  }));
}

/** Makes the section of the confusion matrix; absent for tags. */
export const confusion = defineSection<ConfusionData>({
  id: 'confusion',
  title: 'Confusion matrix',
  data: ({ metrics, predictions }) =>
    metrics.confusion && { labels: predictions.labels, counts: metrics.confusion },
  html: () => html`<div class="plot narrow"></div>
    <p class="aside">Rows are true classes, columns predicted ones; the numbers count examples, the shade is the share of the true class.</p>`,
  draw: [drawConfusion],
});

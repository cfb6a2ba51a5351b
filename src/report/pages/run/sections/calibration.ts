/** Whether scores can be read as probabilities. */

import { type Calibration, calibrate } from '../../../../eval/calibration.js';
import { metricText } from '../../../../eval/format.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

/** Browser code: the reliability diagram and how many decisions stand behind each point. */
function drawCalibration(page: Page, { bins }: Calibration, host: HTMLElement): void {
  const x = bins.map((bin) => bin.score);
  page.plot(host.querySelector<HTMLElement>('.reliability')!, (theme) => ({
    traces: [
      { ...page.diagonal(theme), name: 'perfect' },
      {
        type: 'scatter',
        mode: 'lines+markers',
        name: 'model',
        x,
        y: bins.map((bin) => bin.truth),
        hovertemplate: 'score %{x:.3f}: true in %{y:.1%}<extra></extra>',
        line: { color: theme.series[0] },
      },
    ],
    layout: {
      xaxis: { title: { text: 'mean score' }, range: [0, 1] },
      yaxis: { title: { text: 'share that is true' }, range: [0, 1.01] },
    },
  }));
  page.plot(host.querySelector<HTMLElement>('.counts')!, (theme) => ({
    traces: [
      {
        type: 'bar',
        x,
        y: bins.map((bin) => bin.count),
        width: bins.map(() => 0.07),
        marker: { color: theme.series[0] },
        hovertemplate: '%{y} decisions around %{x:.3f}<extra></extra>',
      },
    ],
    layout: {
      xaxis: { title: { text: 'mean score' }, range: [0, 1] },
      yaxis: { title: { text: 'decisions (logarithmic)' }, type: 'log', dtick: 1 },
    },
  }));
}

/** Makes the section of the reliability diagram. */
export const calibration = defineSection<Calibration>({
  id: 'calibration',
  title: 'Calibration',
  data: ({ predictions }) => calibrate(predictions),
  html: (
    data,
  ) => html`<div class="pair"><div class="plot reliability"></div><div class="plot counts"></div></div>
    <p class="aside">All decisions, every label of every example. A point under the dotted line: the model is surer
      than it is right. Expected calibration error ${metricText(data.expectedError)}, Brier score
      ${metricText(data.brier)}.</p>`,
  draw: [drawCalibration],
});

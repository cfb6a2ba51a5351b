/** Whose scores can be read as probabilities. */
import { rounded } from '../../../../base/format.js';
import { metricText } from '../../../../eval/format.js';
import type { Comparison } from '../../../../runs/compare/comparison.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface CalibrationData {
  groups: { label: string; score: number[]; truth: number[]; count: number[] }[];
}

/** Browser code: the experiments' reliability diagrams over one another. */
function drawCalibration(page: Page, data: CalibrationData, host: HTMLElement): void {
  page.plot(host.querySelector<HTMLElement>('.reliability')!, (theme) => ({
    traces: [
      { ...page.diagonal(theme), name: 'perfect' },
      ...data.groups.map(({ label, score, truth, count }, i) => ({
        type: 'scatter' as const,
        mode: 'lines+markers' as const,
        name: page.plain(label),
        x: score,
        y: truth,
        customdata: count,
        hovertemplate: `${page.plain(label)}<br>score %{x:.3f}: true in %{y:.1%} of %{customdata}<extra></extra>`,
        line: {
          color: theme.series[i % theme.series.length],
          dash: (['solid', 'dash', 'dot'] as const)[Math.floor(i / theme.series.length) % 3],
        },
      })),
    ],
    layout: {
      xaxis: { title: { text: 'mean score' }, range: [0, 1] },
      yaxis: { title: { text: 'share that is true' }, range: [0, 1.01] },
    },
  }));
}

/** Makes the section of calibration. */
export const calibration = defineSection<CalibrationData, Comparison>({
  id: 'calibration',
  title: 'Calibration',
  data: ({ groups }) => ({
    groups: groups.map(({ label, calibration: { bins } }) => ({
      label,
      score: bins.map(({ score }) => rounded(score)),
      truth: bins.map(({ truth }) => rounded(truth)),
      count: bins.map(({ count }) => count),
    })),
  }),
  html: (_, { groups }) => html`<div class="plot reliability"></div>
    <div class="wide"><table>
      <thead><tr><th>Experiment</th><th>Expected calibration error</th><th>Brier score</th></tr></thead>
      <tbody>${groups.map(({ label, calibration: { expectedError, brier } }) => html`<tr><th scope="row">${label}</th><td>${metricText(expectedError)}</td><td>${metricText(brier)}</td></tr>`)}</tbody>
    </table></div>
    <p class="aside">All decisions, every label of every example, of all runs of an experiment. Lower is better for both
      numbers.</p>`,
  draw: [drawCalibration],
});

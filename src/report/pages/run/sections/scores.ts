/** How the scores of examples with and without a label are distributed. */

import { labelColumn } from '../../../../eval/label-columns.js';
import type { RunReport } from '../../../../eval/run-report.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface ScoresData {
  bins: number;
  labels: { label: string; threshold: number | null; positives: number[]; negatives: number[] }[];
}

/** Steps of 0.025. */
const BINS = 40;

function scoresData({ predictions, metrics }: RunReport): ScoresData {
  const labels = predictions.labels.map((label, j) => {
    const { scores, targets } = labelColumn(predictions, j);
    const positives = new Array<number>(BINS).fill(0);
    const negatives = new Array<number>(BINS).fill(0);
    scores.forEach((score, row) => {
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor(score * BINS)));
      if (targets[row] === 1) positives[bin]++;
      else negatives[bin]++;
    });
    return { label, threshold: metrics.per_label[j].threshold, positives, negatives };
  });
  return { bins: BINS, labels };
}

/** Browser code: two histograms over each other, each as shares of its own examples. */
function drawScores(page: Page, data: ScoresData, host: HTMLElement): void {
  const choice = host.querySelector<HTMLSelectElement>('[name=label]')!;
  const centres = Array.from({ length: data.bins }, (_, bin) => (bin + 0.5) / data.bins);
  const update = (): void => {
    const chosen = data.labels[Number(choice.value)];
    const bars = (name: string, counts: number[], color: string): object => {
      const total = counts.reduce((sum, count) => sum + count, 0);
      return {
        type: 'bar',
        name: `${name} (${total})`,
        x: centres,
        y: counts.map((count) => (total === 0 ? 0 : count / total)),
        customdata: counts,
        hovertemplate: '%{customdata} examples around %{x:.3f}<extra></extra>',
        width: 1 / data.bins,
        opacity: 0.62,
        marker: { color },
      };
    };
    page.plot(host.querySelector<HTMLElement>('.plot')!, (theme) => ({
      traces: [
        bars('without the label', chosen.negatives, theme.negative),
        bars('with the label', chosen.positives, theme.positive),
      ],
      layout: {
        barmode: 'overlay',
        showlegend: true,
        xaxis: { title: { text: 'score' }, range: [0, 1] },
        yaxis: { title: { text: 'share of examples' }, tickformat: '.0%' },
        shapes:
          chosen.threshold === null
            ? []
            : [
                {
                  type: 'line',
                  x0: chosen.threshold,
                  x1: chosen.threshold,
                  yref: 'paper',
                  y0: 0,
                  y1: 1,
                  line: { color: theme.text, width: 1.5, dash: 'dash' },
                },
              ],
      },
    }));
  };
  choice.addEventListener('change', update);
  update();
}

/** Makes the section of score distributions. */
export const scores = defineSection<ScoresData>({
  id: 'scores',
  title: 'Score distributions',
  data: scoresData,
  html: (data) => html`<div class="controls"><label>Label <select name="label">${data.labels.map(
    ({ label }, i) => html`<option value="${i}">${label}</option>`,
  )}</select></label></div>
    <div class="plot"></div>
    <p class="aside">Each histogram is in shares of its own examples, so that rare labels can be seen${
      data.labels.some((label) => label.threshold !== null) &&
      '; the dashed line is the threshold from which on the label is said'
    }.</p>`,
  draw: [drawScores],
});

/** Which labels go together in the ground truth, and which in the model's scores. */

import { rounded } from '../../../../base/format.js';
import { correlateColumns, orderByLikeness } from '../../../../eval/correlation.js';
import type { RunReport } from '../../../../eval/run-report.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface CorrelationData {
  labels: string[];
  truth: (number | null)[][];
  scores: (number | null)[][];
  /** How many labels there are in all. */
  of: number;
}

/** More labels than this cannot be read in a heat map; the most frequent ones are shown. */
const MOST_LABELS = 80;

function correlationData({ predictions, metrics }: RunReport): CorrelationData | null {
  const { labels, scores, targets } = predictions;
  if (labels.length < 2) return null;
  const columns = labels.length;
  const frequent = [...labels.keys()]
    .sort((a, b) => metrics.per_label[b].positives - metrics.per_label[a].positives)
    .slice(0, MOST_LABELS);
  const inTruth = correlateColumns(targets, columns);
  const inScores = correlateColumns(scores, columns);
  const among = new Float64Array(frequent.length ** 2);
  frequent.forEach((j, a) => {
    frequent.forEach((k, b) => {
      among[a * frequent.length + b] = inTruth[j * columns + k];
    });
  });
  const order = orderByLikeness(among, frequent.length).map((a) => frequent[a]);
  const matrix = (values: Float64Array): (number | null)[][] =>
    order.map((j) =>
      order.map((k) => {
        const value = values[j * columns + k];
        return j === k || Number.isNaN(value) ? null : rounded(value, 3);
      }),
    );
  return {
    labels: order.map((j) => labels[j]),
    truth: matrix(inTruth),
    scores: matrix(inScores),
    of: columns,
  };
}

/** Browser code: two heat maps with one colour scale. */
function drawCorrelation(page: Page, data: CorrelationData, host: HTMLElement): void {
  const names = data.labels.map((label) => page.plain(label.length > 18 ? `${label.slice(0, 17)}…` : label));
  const at = names.map((_, i) => i);
  const strongest = Math.max(
    0.1,
    ...[data.truth, data.scores].map((matrix) => {
      const sizes = matrix.flat().flatMap((value) => (value === null ? [] : [Math.abs(value)]));
      sizes.sort((a, b) => a - b);
      return sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 0;
    }),
  );
  const sparse = Math.ceil(names.length / 26);
  const shown = at.filter((i) => i % sparse === 0);
  const draw = (chart: HTMLElement, matrix: (number | null)[][]): void => {
    page.plot(chart, (theme) => ({
      traces: [
        {
          type: 'heatmap',
          x: at,
          y: at,
          z: matrix,
          zmin: -strongest,
          zmax: strongest,
          colorscale: [
            [0, theme.negative],
            [0.5, theme.background],
            [1, theme.positive],
          ],
          text: matrix.map((row, i) =>
            row.map(
              (value, j) => `${names[i]}, ${names[j]}: ${value === null ? 'undefined' : value.toFixed(2)}`,
            ),
          ),
          hoverinfo: 'text',
          xgap: names.length > 30 ? 0 : 1,
          ygap: names.length > 30 ? 0 : 1,
          colorbar: { thickness: 10, len: 0.6, outlinewidth: 0, tickformat: '.1f' },
        },
      ],
      layout: {
        margin: { l: 12, r: 8, t: 8, b: 12 },
        xaxis: {
          tickmode: 'array',
          tickvals: shown,
          ticktext: shown.map((i) => names[i]),
          tickangle: -60,
          tickfont: { size: 10 },
          showgrid: false,
          zeroline: false,
        },
        yaxis: {
          tickmode: 'array',
          tickvals: shown,
          ticktext: shown.map((i) => names[i]),
          tickfont: { size: 10 },
          autorange: 'reversed',
          showgrid: false,
          zeroline: false,
        },
      },
    }));
  };
  draw(host.querySelector<HTMLElement>('.truth')!, data.truth);
  draw(host.querySelector<HTMLElement>('.said')!, data.scores);
}

/** Makes the section of correlations between labels; absent for a single label. */
export const correlation = defineSection<CorrelationData>({
  id: 'correlation',
  title: 'Labels that go together',
  data: correlationData,
  html: (data) => html`<div class="pair">
      <figure><figcaption>In the ground truth</figcaption><div class="plot square truth"></div></figure>
      <figure><figcaption>In the scores</figcaption><div class="plot square said"></div></figure>
    </div>
    <p class="aside">Correlation of every pair of labels over the examples, alike ones beside each other. A pattern
      on the right that is missing on the left is something that the model mixes up.
      ${data.labels.length < data.of && `The ${data.labels.length} most frequent of ${data.of} labels are shown.`}</p>`,
  draw: [drawCorrelation],
});

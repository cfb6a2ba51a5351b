/** Loss and the followed metric over epochs. */

import { durationText, rounded } from '../../../../base/format.js';
import { metricText } from '../../../../eval/format.js';
import type { EpochRecord } from '../../../../eval/run-report.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface TrainingData {
  epochs: number[];
  trainLoss: number[];
  validationLoss: number[];
  metric: (number | null)[];
  metricName: string;
  best: number | null;
}

function trainingData(history: readonly EpochRecord[], best: number | null): TrainingData {
  return {
    epochs: history.map((record) => record.epoch),
    trainLoss: history.map((record) => rounded(record.train_loss, 5)),
    validationLoss: history.map((record) => rounded(record.validation_loss, 5)),
    metric: history.map(({ validation_metric }) => validation_metric && rounded(validation_metric, 5)),
    metricName: history.at(-1)?.metric ?? 'metric',
    best,
  };
}

/** Browser code: losses on the left, the metric on the right, the kept epoch marked in both. */
function drawTraining(page: Page, data: TrainingData, host: HTMLElement): void {
  const mark = (colour: string): object =>
    data.best === null
      ? {}
      : {
          shapes: [
            {
              type: 'line',
              x0: data.best,
              x1: data.best,
              yref: 'paper',
              y0: 0,
              y1: 1,
              line: { color: colour, width: 1, dash: 'dot' },
            },
          ],
        };
  const mode = data.epochs.length > 60 ? 'lines' : 'lines+markers';
  page.plot(host.querySelector<HTMLElement>('.loss')!, (theme) => ({
    traces: [
      { type: 'scatter', mode, name: 'training', x: data.epochs, y: data.trainLoss },
      { type: 'scatter', mode, name: 'validation', x: data.epochs, y: data.validationLoss },
    ],
    layout: { xaxis: { title: { text: 'epoch' } }, yaxis: { title: { text: 'loss' } }, ...mark(theme.muted) },
  }));
  page.plot(host.querySelector<HTMLElement>('.metric')!, (theme) => ({
    traces: [
      {
        type: 'scatter',
        mode,
        name: `validation ${page.plain(data.metricName)}`,
        showlegend: true,
        x: data.epochs,
        y: data.metric,
        line: { color: theme.series[2] },
      },
    ],
    layout: {
      xaxis: { title: { text: 'epoch' } },
      yaxis: { title: { text: page.plain(data.metricName) } },
      ...mark(theme.muted),
    },
  }));
}

/** Makes the section of training curves; absent for a model that was only evaluated. */
export const training = defineSection<TrainingData>({
  id: 'training',
  title: 'Training',
  data: ({ history, metrics }) =>
    history.length === 0 ? null : trainingData(history, metrics.training?.best_epoch ?? null),
  html: (data, { history, metrics }) => {
    const seconds = metrics.training?.seconds ?? history.reduce((sum, record) => sum + record.seconds, 0);
    const at = data.best === null ? -1 : data.epochs.indexOf(data.best);
    return html`<p>${data.epochs.length} epochs in ${durationText(seconds)}.
      ${data.best !== null && html`The weights of epoch ${data.best} were kept (dotted line)${at >= 0 && `: validation ${data.metricName} ${metricText(data.metric[at])}`}.`}</p>
      <div class="pair"><div class="plot loss"></div><div class="plot metric"></div></div>`;
  },
  draw: [drawTraining],
});

/** Loss and the monitored metric over epochs. */
import { countText, durationText, rounded } from '../../../base/format.js';
import { metricText } from '../../../eval/format.js';
import type { EpochRecord, ReportBase } from '../../../eval/run-report.js';
import { validationTitle } from '../../../training/validation-metric.js';
import type { Chart, GuideMark, LineMark } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

/** Losses, the monitored metric, and the learning rate where it changes; none where nothing was trained. */
export function trainingCharts({ history, metrics }: ReportBase): Chart[] {
  if (history.length === 0) return [];
  const metric = validationTitle(history[history.length - 1].metric);
  const best = metrics.training?.best_epoch ?? null;
  const kept: GuideMark[] = best === null ? [] : [{ kind: 'guide', x: best, tone: 'muted' }];
  const line = (name: string, tone: number, of: (epoch: EpochRecord) => number | null): LineMark => ({
    kind: 'line',
    ...{ name, tone, ends: history.length <= 60 ? 'dots' : undefined },
    x: history.map(({ epoch }) => epoch),
    y: history.map((epoch) => {
      const value = of(epoch);
      return value === null ? null : rounded(value, 5);
    }),
  });
  const epochs = { title: 'epoch' };
  return [
    {
      title: 'Loss over epochs',
      x: epochs,
      y: { title: 'loss' },
      marks: [
        ...kept,
        line('training', 0, ({ train_loss }) => train_loss),
        line('validation', 1, ({ validation_loss }) => validation_loss),
      ],
    },
    {
      title: `Validation ${metric} over epochs`,
      x: epochs,
      y: { title: metric },
      marks: [...kept, line(`validation ${metric}`, 2, ({ validation_metric }) => validation_metric)],
    },
    ...rateChart(history),
  ];
}

/** The rate of each epoch's last step, and where phases begin; none where it stays the same. */
function rateChart(history: readonly EpochRecord[]): Chart[] {
  const rates = history.map(({ learning_rate }) => learning_rate);
  if (rates.every((rate) => rate === rates[0])) return [];
  const begins = history.filter(({ phase }, i) => i > 0 && phase !== history[i - 1].phase);
  return [
    {
      title: 'Learning rate at the end of each epoch',
      x: { title: 'epoch' },
      y: { title: 'learning rate', ...(rates.every((rate) => rate > 0) && { scale: 'log' }) },
      marks: [
        ...begins.map(
          ({ epoch }): GuideMark => ({ kind: 'guide', x: epoch - 0.5, tone: 'line', dash: 'dash' }),
        ),
        {
          kind: 'line',
          ...{ name: 'learning rate', tone: 3, ends: history.length <= 60 ? 'dots' : undefined },
          x: history.map(({ epoch }) => epoch),
          y: rates,
        },
      ],
    },
  ];
}

/** The section of training curves. */
export function trainingSection(report: ReportBase): Section | null {
  const { history, metrics } = report;
  const charts = trainingCharts(report);
  if (charts.length === 0) return null;
  const seconds = metrics.training?.seconds ?? history.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const best = history.find(({ epoch }) => epoch === metrics.training?.best_epoch);
  return {
    id: 'training',
    title: 'Training',
    html: html`<p>${countText(history.length, 'epoch')} in ${durationText(seconds)}.
      ${best && `The weights of epoch ${best.epoch} were kept (dotted line): validation ${validationTitle(best.metric)} ${metricText(best.validation_metric)}.`}
      ${best?.averaged && 'They are averaged over training (training.average), as were those of each epoch that was validated since the average began.'}
      ${history.some(({ phase }) => phase !== undefined) && `Dashed lines: a new phase of training.phases begins.`}</p>
      ${figure({ name: 'training', panels: charts.map((chart) => ({ charts: [chart] })) })}`,
  };
}

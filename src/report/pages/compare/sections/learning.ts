/** The runs' learning curves over one another. */
import { rounded } from '../../../../base/format.js';
import type { Comparison } from '../../../../runs/compare/comparison.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface LearningData {
  groups: string[];
  curves: LearningCurve[];
}

interface LearningCurve {
  run: string;
  group: number;
  epochs: number[];
  train_loss: number[];
  validation_loss: number[];
  validation_metric: (number | null)[];
  metric: string;
  best: number | null;
}

function learningData({ groups }: Comparison): LearningData | null {
  const curves = groups.flatMap(({ runs, runLabels }, group) =>
    runs.map(
      ({ history, metrics }, i): LearningCurve => ({
        run: runLabels[i],
        group,
        epochs: history.map(({ epoch }) => epoch),
        train_loss: history.map((record) => rounded(record.train_loss, 5)),
        validation_loss: history.map((record) => rounded(record.validation_loss, 5)),
        validation_metric: history.map(({ validation_metric: value }) => value && rounded(value, 5)),
        metric: history.at(-1)?.metric ?? 'metric',
        best: metrics.training?.best_epoch ?? null,
      }),
    ),
  );
  if (curves.every(({ epochs }) => epochs.length === 0)) return null;
  return { groups: groups.map(({ label }) => label), curves };
}

/** Browser code: one line a run, the colour of its experiment; the kept epoch is marked. */
function drawLearning(page: Page, data: LearningData, host: HTMLElement): void {
  const shown = host.querySelector<HTMLSelectElement>('[name=shown]')!;
  const update = (): void => {
    const key = shown.value as 'train_loss' | 'validation_loss' | 'validation_metric';
    const metrics = [...new Set(data.curves.map(({ metric }) => metric))];
    page.plot(host.querySelector<HTMLElement>('.learning')!, (theme) => ({
      traces: data.curves.map((curve, i) => ({
        type: 'scatter' as const,
        mode: 'lines+markers' as const,
        name: page.plain(data.groups[curve.group]),
        legendgroup: String(curve.group),
        showlegend: data.curves.findIndex(({ group }) => group === curve.group) === i,
        x: curve.epochs,
        y: curve[key],
        line: {
          color: theme.series[curve.group % theme.series.length],
          width: 1.8,
          dash: (['solid', 'dash', 'dot'] as const)[Math.floor(curve.group / theme.series.length) % 3],
        },
        marker: {
          size: curve.epochs.map((epoch) =>
            epoch === curve.best ? 10 : curve.epochs.length === 1 ? 6 : 0.1,
          ),
          symbol: 'diamond',
        },
        hovertemplate: `${page.plain(curve.run)}<br>epoch %{x}: %{y:.4f}<extra></extra>`,
      })),
      layout: {
        xaxis: { title: { text: 'epoch' } },
        yaxis: {
          title: { text: key === 'validation_metric' ? page.plain(metrics.join(', ')) : 'loss' },
        },
      },
    }));
  };
  shown.addEventListener('change', update);
  update();
}

/** Makes the section of learning curves; absent where nothing was trained. */
export const learning = defineSection<LearningData, Comparison>({
  id: 'learning',
  title: 'Learning curves',
  data: learningData,
  html: () => html`<div class="controls"><label>Show <select name="shown">
      <option value="validation_metric">followed metric, validation</option>
      <option value="validation_loss">loss, validation</option>
      <option value="train_loss">loss, training</option>
    </select></label></div>
    <div class="plot learning"></div>
    <p class="aside">A line a run, in its experiment's colour. Diamond: the epoch whose weights were kept. Losses of runs with
      different loss settings cannot be compared.</p>`,
  draw: [drawLearning],
});

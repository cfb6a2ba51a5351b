/** The learning curves of the compared runs. */
import { rounded } from '../../../base/format.js';
import type { EpochRecord } from '../../../eval/run-report.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import { validationTitle } from '../../../training/validation-metric.js';
import { type Chart, lineStyle, type Mark } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

/** The section of learning curves, where anything was trained. */
export function learningSection({ groups }: Comparison): Section | null {
  const runs = groups.flatMap(({ label, runs: own, runLabels }, group) =>
    own.map((run, i) => ({ ...run, name: label, label: runLabels[i], group })),
  );
  const trained = runs.filter(({ history }) => history.length > 0);
  if (trained.length === 0) return null;
  const monitored = [...new Set(trained.map(({ history }) => validationTitle(history[0].metric)))].join(', ');
  const shown: { option: string; axis: string; of: (epoch: EpochRecord) => number | null }[] = [
    {
      option: 'monitored metric, validation',
      axis: monitored,
      of: ({ validation_metric }) => validation_metric,
    },
    { option: 'loss, validation', axis: 'loss', of: ({ validation_loss }) => validation_loss },
    { option: 'loss, training', axis: 'loss', of: ({ train_loss }) => train_loss },
  ];
  const charts = shown.map(({ option, axis, of }): Chart => {
    const digits = (epoch: EpochRecord): number | null => {
      const value = of(epoch);
      return value === null ? null : rounded(value, 5);
    };
    const marks = trained.flatMap(({ history, label, group, name, metrics }): Mark[] => {
      const best = history.filter(({ epoch }) => epoch === metrics.training?.best_epoch);
      const hover = best.map(({ epoch }) => `${label}\nkept: epoch ${epoch}`);
      return [
        {
          ...{
            kind: 'line',
            name,
            label,
            ...lineStyle(group),
            ends: history.length === 1 ? 'dots' : undefined,
          },
          x: history.map(({ epoch }) => epoch),
          y: history.map(digits),
        },
        {
          ...{ kind: 'dots', name, shape: 'diamond', size: 9, tone: group, hover },
          x: best.map(({ epoch }) => epoch),
          y: best.map(digits),
        },
      ];
    });
    return { title: `Learning curves: ${option}`, x: { title: 'epoch' }, y: { title: axis }, marks };
  });
  return {
    id: 'learning',
    title: 'Learning curves',
    html: html`${figure({
      name: 'learning',
      choices: [{ label: 'Show', name: 'shown', options: shown.map(({ option }) => option) }],
      panels: [{ charts }],
    })}
    <p class="aside">One line per run, in the colour of its experiment. Diamond: the epoch whose weights were kept. Losses of runs with
      different loss settings cannot be compared.</p>`,
  };
}

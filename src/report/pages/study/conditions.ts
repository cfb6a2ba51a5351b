/** What the experiments of a study reach when inputs are missing or noisy. */
import { type ComparedMetric, METRIC_NAMES } from '../../../eval/difference/compared-metrics.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import type { PanelResult } from '../../../runs/study/results/summary.js';
import { type Chart, lineStyle } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

/** Decibels by which recordings without added noise lie to the right of the cleanest. */
const CLEAN_GAP = 10;

/** ROC-AUC, or the concordance of numbers. */
const shownMetric = ({ task }: PanelResult['comparison']): ComparedMetric =>
  task === 'regression' ? 'ccc' : 'roc_auc';

/** A line per experiment over the signal-to-noise ratio; null where no noise was added. */
function noiseChart({ panel, groups, comparison }: PanelResult): Chart | null {
  const metric = shownMetric(comparison);
  // Noises of several colours at one ratio count once.
  const ratios = new Set(groups.flatMap(({ conditions }) => conditions.flatMap(({ snr }) => snr ?? [])));
  if (ratios.size === 0) return null;
  const snrs = [...ratios].sort((a, b) => a - b);
  const x = [...snrs, snrs[snrs.length - 1] + CLEAN_GAP];
  const noisy = groups.filter(({ conditions }) => conditions.some(({ snr }) => snr !== null));
  return {
    title: `${METRIC_NAMES[metric].replace(' macro', '')} by noise, ${panel.label}`,
    x: {
      title: 'signal-to-noise ratio, dB',
      ticks: x.map((at, i) => ({ at, text: i < snrs.length ? String(at) : 'clean' })),
    },
    y: { title: METRIC_NAMES[metric] },
    marks: noisy.map(({ label, metrics, conditions }, i) => ({
      ...{ kind: 'line', name: label, ends: 'dots', width: 1.6 },
      ...lineStyle(i),
      x,
      y: [
        ...snrs.map((snr) => conditions.find((one) => one.snr === snr)?.metrics[metric].mean ?? null),
        metrics[metric].value,
      ],
    })),
  };
}

function tableOf({ panel, groups, comparison }: PanelResult) {
  const metric = shownMetric(comparison);
  const names = [...new Set(groups.flatMap(({ conditions }) => conditions.map(({ name }) => name)))];
  return details(
    `${panel.label}: ${METRIC_NAMES[metric]}`,
    table({
      head: ['Experiment', 'unchanged', ...names],
      rows: groups
        .filter(({ conditions }) => conditions.length > 0)
        .map(({ label, metrics, conditions }) => [
          label,
          estimate({ ...metrics[metric], interval: null }),
          ...names.map((name) => {
            const found = conditions.find((one) => one.name === name)?.metrics[metric];
            return estimate({ value: found?.mean, deviation: found?.deviation });
          }),
        ]),
    }),
    true,
  );
}

/** The section of test conditions. */
export function conditionsSection({ panels }: StudyResult): Section | null {
  const measured = panels.filter(({ groups }) => groups.some(({ conditions }) => conditions.length > 0));
  if (measured.length === 0) return null;
  const noises = measured.flatMap((panel) => {
    const chart = noiseChart(panel);
    return chart ? [{ label: panel.panel.label, chart }] : [];
  });
  return {
    id: 'conditions',
    title: 'Test conditions',
    html: html`${
      noises.length > 0 &&
      figure({
        name: 'noise',
        choices: [{ label: 'Task', name: 'noise-panel', options: noises.map(({ label }) => label) }],
        panels: [{ charts: noises.map(({ chart }) => chart) }],
      })
    }
    <p class="aside">The weights of each run, evaluated on the test split with inputs removed or changed, or on a subset of its clips: means ± standard deviations over seeds.
      A condition that does not apply to an experiment has no number.</p>
    ${measured.map(tableOf)}`,
  };
}

/** The metrics of a sweep against each swept key. */
import { rounded } from '../../../base/format.js';
import type { Spread } from '../../../eval/means.js';
import { SWEEP_NAMES, type SweptResult, sweepMetricsOf } from '../../../runs/sweep/results.js';
import type { SweepOutcome } from '../../../runs/sweep/run.js';
import { validationName } from '../../../runs/sweep/tables.js';
import { type Chart, pieces } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { settingAxes } from './axes.js';

/** The validation metric and the test metrics, with each experiment's values. */
export function sweepMetrics(
  results: readonly SweptResult[],
): { title: string; values: (Spread | null)[] }[] {
  return [
    { title: validationName(results), values: results.map(({ validation }) => validation) },
    ...sweepMetricsOf(results).map((metric) => ({
      title: `test ${SWEEP_NAMES[metric]}`,
      values: results.map(({ test }) => test[metric] ?? null),
    })),
  ];
}

/** The section of the metrics against each key; null where nothing was swept or nothing was measured. */
export function keysSection(report: Pick<SweepOutcome, 'plan' | 'results'>): Section | null {
  const { plan, results } = report;
  const metrics = sweepMetrics(results);
  if (plan.keys.length === 0 || metrics.every(({ values }) => values.every((value) => value === null)))
    return null;
  const panels = settingAxes(report).map(({ title: key, places, ticks }) => ({
    charts: metrics.map(({ title, values }): Chart => {
      const shown = values.flatMap((value, i) => {
        const place = places[i];
        return value === null || place === null ? [] : [{ ...value, place, name: results[i].group }];
      });
      const spread = shown.flatMap(({ mean, deviation, place }) =>
        deviation === null
          ? []
          : [{ x: [place, place] as const, y: [mean - deviation, mean + deviation] as const }],
      );
      return {
        title: `${title} against ${key}`,
        x: { title: key, range: [-0.08, 1.08], ticks: ticks.map(({ place, text }) => ({ at: place, text })) },
        y: { title },
        marks: [
          {
            ...{ kind: 'line', tone: 'muted', width: 1, ends: 'y-caps' },
            ...pieces(spread),
          },
          {
            ...{ kind: 'dots', tone: 0, size: 8, opacity: 0.8 },
            x: shown.map(({ place }) => place),
            y: shown.map(({ mean }) => rounded(mean, 5)),
            hover: shown.map(({ name, mean }) => `${name}\n${mean.toFixed(4)}`),
          },
        ],
      };
    }),
  }));
  return {
    id: 'keys',
    title: 'Metric against each key',
    html: html`${figure({
      name: 'keys',
      choices: [{ label: 'Metric', name: 'metric', options: metrics.map(({ title }) => title) }],
      panels,
    })}
    <p class="aside">One point per experiment, over all values of the other keys; a bar is ± the standard deviation over seeds.</p>`,
  };
}

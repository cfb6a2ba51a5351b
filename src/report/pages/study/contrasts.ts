/** The differences that a study asks for, beside published ones. */

import { type ComparedMetric, leadMetrics, METRIC_NAMES } from '../../../eval/difference/compared-metrics.js';
import { isSignificant, powerText, SIGNIFICANCE, SINGLE_RUNS } from '../../../runs/compare/pairs.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import type { ContrastResult, PanelResult } from '../../../runs/study/results/summary.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { type Difference, differenceChart } from '../../charts/forest.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, differenceText, table } from '../../kit/text.js';
import { DIFFERENCE_HEAD, differenceCells } from '../compare/differences.js';
import type { NamedStudy } from './names.js';

/** Names of a contrast's experiments. */
function namesOf({ study }: StudyResult, { group, minus }: ContrastResult): [string, string] {
  const label = (name: string): string => study.groups.find((one) => one.name === name)?.label ?? name;
  return [label(group), label(minus)];
}

/** The differences of a panel in a metric; `short` are names for its rows, the labels where it has none. */
export function contrastsChart(
  result: StudyResult,
  { panel, contrasts }: PanelResult,
  metric: ComparedMetric,
  short?: NamedStudy['short'],
): Chart {
  const rows = contrasts.flatMap((contrast): Difference[] => {
    const { difference, interval } = contrast.metrics[metric];
    if (difference === null) return [];
    const [group, minus] = namesOf(result, contrast);
    return [
      {
        name: `${short?.get(contrast.group) ?? group}\n− ${short?.get(contrast.minus) ?? minus}`,
        hover: `${group} − ${minus}\n${differenceText(difference, interval)}`,
        ...{ difference, interval },
        significant: isSignificant(contrast.metrics[metric]),
        published: contrast.published?.[metric],
      },
    ];
  });
  return differenceChart(
    `Differences in ${METRIC_NAMES[metric]}, ${panel.label}`,
    METRIC_NAMES[metric],
    rows,
  );
}

function tableOf({ short }: NamedStudy, { panel, contrasts, comparison }: PanelResult) {
  const shown = leadMetrics(comparison.task);
  const isPublished = contrasts.some(({ published }) =>
    shown.some((metric) => published?.[metric] !== undefined),
  );
  return details(
    `${panel.label}, as a table`,
    table({
      head: [...[...DIFFERENCE_HEAD, 'Seed by seed', 'Higher in'], ...(isPublished ? ['Published'] : [])],
      rows: contrasts.flatMap((contrast) =>
        shown.map((metric) => {
          const { mean, deviation, higher, seeds } = contrast.bySeed[metric];
          return [
            `${short.get(contrast.group)} − ${short.get(contrast.minus)}`,
            ...differenceCells(metric, contrast.metrics[metric]),
            `${differenceText(mean)}${deviation === null ? '' : ` ± ${deviation.toFixed(3)}`}`,
            `${higher} of ${seeds}`,
            ...(isPublished ? [differenceText(contrast.published?.[metric] ?? null)] : []),
          ];
        }),
      ),
    }),
  );
}

/** The section of the study's differences. */
export function contrastsSection(named: NamedStudy): Section | null {
  const { result, short, key } = named;
  const panels = result.panels.filter(({ contrasts }) => contrasts.length > 0);
  if (panels.length === 0) return null;
  const { task, compared } = panels[0].comparison;
  const shown = leadMetrics(task);
  const contrasts = panels.flatMap((own) => own.contrasts.map((contrast) => ({ ...own, contrast })));
  const isSingle = contrasts.some(({ contrast }) => contrast.metrics[compared[0]].of === 'test set');
  const needed = contrasts.flatMap(({ panel, contrast }) =>
    shown.flatMap((metric) => {
      const text = powerText(contrast.metrics[metric]);
      const names = `${short.get(contrast.group)} − ${short.get(contrast.minus)}`;
      return text === null ? [] : [`${panel.label}, ${names}, ${METRIC_NAMES[metric]}: ${text}`];
    }),
  );
  const sources = new Set(result.study.contrasts.flatMap(({ published }) => published?.source ?? []));
  return {
    id: 'contrasts',
    title: 'Differences',
    html: html`${key}${figure({
      name: 'contrasts',
      choices: [
        { label: 'Task', name: 'contrast-panel', options: panels.map(({ panel }) => panel.label) },
        { label: 'Show', name: 'contrast-metric', options: shown.map((metric) => METRIC_NAMES[metric]) },
      ],
      panels: [
        {
          charts: panels.flatMap((panel) =>
            shown.map((metric) => contrastsChart(result, panel, metric, short)),
          ),
        },
      ],
    })}
    ${sources.size > 0 && html`<p><b>Published result:</b> ${[...sources].join('; ')}.</p>`}
    <p class="aside">Line: 95 % interval of the difference, both experiments on the same resamples of the test set, with the seeds' distribution
      where there are several. Significant: p &lt; ${SIGNIFICANCE} after
      Holm's correction over the differences of this task and metric. Holm's correction is within one task and metric:
      name the one that decides before you look. The deviation is that of the seeds' differences, seed by seed.
      ${isSingle && html`<b>${SINGLE_RUNS}</b>`}</p>
    ${needed.length > 0 && details('How many seeds it takes to find the other differences', html`<ul>${needed.map((line) => html`<li>${line}</li>`)}</ul>`)}
    ${panels.map((panel) => tableOf(named, panel))}`,
  };
}

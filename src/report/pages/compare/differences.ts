/** Which experiment is better, by how much, and how sure that is: over all labels, and label by label. */
import { rounded } from '../../../base/format.js';
import { type ComparedMetric, METRIC_NAMES } from '../../../eval/difference/compared-metrics.js';
import { metricText } from '../../../eval/format.js';
import type { Interval } from '../../../eval/metrics.js';
import type { Comparison } from '../../../runs/compare/comparison.js';
import {
  type GroupPair,
  isSignificant,
  type MetricDifference,
  powerText,
  SIGNIFICANCE,
  SINGLE_RUNS,
} from '../../../runs/compare/pairs.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { type Difference, differenceChart } from '../../charts/forest.js';
import { type Content, html } from '../../kit/html.js';
import type { LetteredNames } from '../../kit/letters.js';
import type { Section } from '../../kit/sections.js';
import { details, differenceText, pText, table } from '../../kit/text.js';

/** Titles and cells of a difference in a table; p after correction is bold where it is significant. */
export const DIFFERENCE_HEAD = [
  ...['Difference', 'Metric', 'Value', '95 % interval', 'p', 'p, Holm'],
  ...['Interval and p are of', 'p of this test set'],
];
export const differenceCells = (metric: ComparedMetric, one: MetricDifference): Content[] => [
  METRIC_NAMES[metric],
  differenceText(one.difference),
  one.interval ? one.interval.map((end) => differenceText(end)).join(' to ') : '–',
  pText(one.p),
  isSignificant(one) ? html`<b>${pText(one.pHolm)}</b>` : pText(one.pHolm),
  one.of === 'methods' ? 'the methods' : 'this test set; says nothing about the methods',
  pText(one.testSet.p),
];

const short = (interval: Interval | null): Interval | null =>
  interval && [rounded(interval[0], 5), rounded(interval[1], 5)];

/** The differences in a metric: of all pairs, or of the others to one experiment; `names` are those of the rows. */
function metricChart(
  { groups, pairs }: Comparison,
  names: readonly string[],
  metric: ComparedMetric,
  base: number | null,
): Chart {
  const rows = pairs
    .filter(({ first, second }) => base === null || first === base || second === base)
    .flatMap(({ first, second, metrics }): Difference[] => {
      const { difference, interval, p, pHolm, of } = metrics[metric];
      if (difference === null) return [];
      const isTurned = second === base;
      const value = rounded(isTurned ? -difference : difference, 5);
      const range = interval && isTurned ? ([-interval[1], -interval[0]] as const) : interval;
      const [plus, minus] = isTurned ? [first, second] : [second, first];
      return [
        {
          name: `${names[plus]}\n− ${names[minus]}`,
          hover: `${groups[plus].label} − ${groups[minus].label}\n${differenceText(value, range as Interval | null)}\np ${pText(p)}, after Holm ${pText(pHolm)}, of ${of === 'methods' ? 'the methods' : 'this test set'}`,
          difference: value,
          interval: short(range as Interval | null),
          significant: isSignificant({ pHolm }),
        },
      ];
    })
    .map((row, i) => ({ ...row, keys: [-i, row.difference] }));
  return differenceChart(`Differences in ${METRIC_NAMES[metric]}`, METRIC_NAMES[metric], rows);
}

/** How many seeds it takes to find the differences that were not found. */
function powerList({ pairs, compared }: Comparison, names: readonly string[]) {
  const lines = pairs.flatMap(({ first, second, metrics }) =>
    compared.flatMap((metric) => {
      const text = powerText(metrics[metric]);
      return text === null ? [] : [`${names[second]} − ${names[first]}, ${METRIC_NAMES[metric]}: ${text}`];
    }),
  );
  return lines.length === 0
    ? null
    : details(
        'How many runs it takes to find the other differences',
        html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`,
      );
}

/** The section of pairwise differences; `short` are the names of the experiments in it, and `key` what they stand for. */
export function differencesSection(
  comparison: Comparison,
  { short: names, key }: LetteredNames,
): Section | null {
  const { groups, pairs, compared } = comparison;
  if (pairs.length === 0) return null;
  const bases = [null, ...groups.keys()];
  return {
    id: 'differences',
    title: 'Differences',
    html: html`${key}${figure({
      name: 'differences',
      choices: [
        { label: 'Metric', name: 'metric', options: compared.map((metric) => METRIC_NAMES[metric]) },
        { label: 'Against', name: 'against', options: ['each other', ...groups.map(({ label }) => label)] },
      ],
      rows: { sorts: ['order of the experiments', 'difference'] },
      panels: [
        {
          charts: compared.flatMap((metric) =>
            bases.map((base) => metricChart(comparison, names, metric, base)),
          ),
        },
      ],
    })}
    <p class="aside">Line: 95 % interval of the difference on the same resamples of the test set. Significant: p &lt; ${SIGNIFICANCE} after
      Holm's correction over all pairs of this metric; whoever reads several metrics asks more questions than it corrects for.
      ${pairs.some(({ metrics }) => metrics[compared[0]].of === 'test set') && html`<b>${SINGLE_RUNS}</b>`}</p>
    ${powerList(comparison, names)}
    ${details(
      'As a table',
      table({
        head: DIFFERENCE_HEAD,
        rows: compared.flatMap((metric) =>
          pairs.map(({ first, second, metrics }) => [
            `${names[second]} − ${names[first]}`,
            ...differenceCells(metric, metrics[metric]),
          ]),
        ),
      }),
    )}`,
  };
}

/** What is compared one by one: labels in ROC-AUC, or targets in CCC. */
const labelWords = (task: Comparison['task']) =>
  task === 'regression'
    ? { metric: 'CCC', one: 'target', many: 'targets', count: 'values' }
    : { metric: 'ROC-AUC', one: 'label', many: 'labels', count: 'positives' };

/** The change in ROC-AUC of each label of a pair, or in CCC of each target. */
export function labelsChart({ groups, task }: Comparison, { first, second, labels }: GroupPair): Chart {
  const { metric, one: noun, count } = labelWords(task);
  const rows = labels.flatMap((one): Difference[] => {
    const { label, positives, difference, interval } = one;
    if (difference === null) return [];
    return [
      {
        name: label,
        hover: `${label}\n${metric} ${metricText(one.second)} against ${metricText(one.first)}\n${positives} ${count}\np ${pText(one.p)}, after Holm ${pText(one.pHolm)}`,
        keys: [rounded(difference, 5), positives],
        flag: isSignificant(one),
        difference: rounded(difference, 5),
        interval: short(interval),
        significant: isSignificant(one),
      },
    ];
  });
  const significant = rows.filter((row) => row.significant);
  const up = significant.filter(({ difference }) => difference! > 0).length;
  return {
    ...differenceChart(
      `Change per ${noun}, ${groups[second].label} − ${groups[first].label}`,
      metric,
      rows.sort((a, b) => b.difference! - a.difference!),
    ),
    note: `significant: ${up} up, ${significant.length - up} down`,
  };
}

/** The section of changes label by label. */
export function labelsSection(comparison: Comparison, { short: names, key }: LetteredNames): Section | null {
  const { pairs, bootstrap, task } = comparison;
  const { one: noun, many } = labelWords(task);
  if (pairs.length === 0) return null;
  return {
    id: 'labels',
    title: `Change per ${noun}`,
    html: html`${key}${figure({
      name: 'labels',
      choices: [
        {
          label: 'Pair',
          name: 'pair',
          options: pairs.map(({ first, second }) => `${names[second]} − ${names[first]}`),
        },
      ],
      rows: { sorts: ['difference', 'number of examples'], filter: true, flag: 'significant only' },
      panels: [{ charts: pairs.map((pair) => labelsChart(comparison, pair)) }],
    })}
    <p class="aside">Significant: p &lt; ${SIGNIFICANCE} ${task === 'regression' ? 'in CCC by the paired bootstrap' : "by DeLong's test"}${bootstrap.unit !== 'clip' && ` with clips grouped by ${bootstrap.unit}`} after
      Holm's correction over the ${many}. Line: 95 % interval.</p>`,
  };
}

/** The figures of the differences for a paper: a metric each, and label by label against the first experiment. */
export function differenceFigures(comparison: Comparison): [string, Chart][] {
  const pairs = comparison.pairs.filter(({ first }) => first === 0);
  const labels = comparison.groups.map(({ label }) => label);
  return [
    ...comparison.compared.map((metric): [string, Chart] => [
      `differences-${metric.replace('_', '-')}.svg`,
      metricChart(comparison, labels, metric, null),
    ]),
    ...pairs.map((pair): [string, Chart] => [
      `labels-${pair.second + 1}-against-1.svg`,
      labelsChart(comparison, pair),
    ]),
  ].filter(([, { rows }]) => rows!.length > 0);
}

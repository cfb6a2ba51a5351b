/** The tables of a comparison, each for a spreadsheet, a text and a paper. */
import { type Cell, csvTable } from '../../base/text-tables.js';
import { type ComparedMetric, METRIC_NAMES } from '../../eval/difference/compared-metrics.js';
import { intervalNote, metricText } from '../../eval/format.js';
import { latexTable, markdownTable } from '../../eval/tables/markup.js';
import type { Comparison, Estimate } from './comparison.js';
import type { LabelDifference } from './labels.js';
import { SINGLE_RUNS } from './pairs.js';

interface Table {
  name: string;
  caption: string;
  header: string[];
  rows: Cell[][];
  /** The same for a text, with fewer columns. */
  short?: { header: string[]; rows: Cell[][] };
}

/** Makes the tables of a comparison: `runs`, `differences`, `labels` (or `targets`) and `settings`, as CSV, Markdown and LaTeX. */
export function comparisonTables(comparison: Comparison): [string, string][] {
  const { dataset, protocol, split, synthetic } = comparison;
  const where = `${dataset}, ${protocol}, ${split} split${synthetic ? ' (synthetic corpus)' : ''}`;
  return [runsTable, differencesTable, labelsTable, settingsTable].flatMap((make): [string, string][] => {
    const { name, caption, header, rows, short = { header, rows } } = make(comparison);
    const shortRows = short.rows.map(readable);
    return [
      [`${name}.csv`, csvTable(header, rows)],
      [`${name}.md`, markdownTable(short.header, shortRows)],
      [`${name}.tex`, latexTable(`${caption} on ${where}.`, `tab:${name}`, short.header, shortRows)],
    ];
  });
}

/** P-values with enough digits not to become zero. */
const readable = (row: readonly Cell[]): Cell[] =>
  row.map((cell) =>
    typeof cell === 'number' && cell !== 0 && Math.abs(cell) < 0.0005 ? cell.toExponential(1) : cell,
  );

function runsTable(comparison: Comparison): Table {
  const { compared, constant } = comparison;
  const columns = compared.flatMap((metric) =>
    ['', ' sd', ' low', ' high'].map((part) => `${METRIC_NAMES[metric]}${part}`),
  );
  return {
    name: 'runs',
    caption: `Results, means and standard deviations over seeds, ${intervalNote(comparison.bootstrap)},`,
    header: ['Experiment', 'Runs', ...columns, constant.column],
    rows: comparison.groups.map(({ label, runs, metrics }) => [
      label,
      runs.length,
      ...compared.flatMap((metric) => {
        const { value, deviation, interval } = metrics[metric];
        return [value, deviation, ...(interval ?? [null, null])];
      }),
      constant.value,
    ]),
    short: {
      header: ['Experiment', 'Runs', ...compared.map((metric) => METRIC_NAMES[metric])],
      rows: [
        ...comparison.groups.map(({ label, runs, metrics }): Cell[] => [
          label,
          runs.length,
          ...compared.map((metric) => estimateText(metrics[metric])),
        ]),
        [constant.name, null, ...compared.map((metric) => constant.values[metric] ?? null)],
      ],
    },
  };
}

function estimateText({ value, deviation, interval }: Estimate): string {
  const spread = deviation === null ? '' : ` ± ${metricText(deviation)}`;
  return `${metricText(value)}${spread}${interval ? ` (${metricText(interval[0])}–${metricText(interval[1])})` : ''}`;
}

function differencesTable(comparison: Comparison): Table {
  const { groups, pairs, compared } = comparison;
  const row = (pair: Comparison['pairs'][number], metric: ComparedMetric): Cell[] => {
    const { difference, interval, p, pHolm, of, testSet } = pair.metrics[metric];
    return [
      groups[pair.second].label,
      groups[pair.first].label,
      METRIC_NAMES[metric],
      difference,
      ...(interval ?? [null, null]),
      p,
      pHolm,
      of,
      testSet.p,
    ];
  };
  const isSingle = pairs.some(({ metrics }) => metrics[compared[0]].of === 'test set');
  return {
    name: 'differences',
    caption: `Differences, ${intervalNote(comparison.bootstrap)}, with p-values before and after Holm's correction over pairs${isSingle ? `. ${SINGLE_RUNS} Computed` : ','}`,
    header: [
      ...['Experiment', 'minus', 'Metric', 'Difference', 'Low', 'High', 'p', 'p Holm'],
      ...['of', 'p of the test set'],
    ],
    rows: compared.flatMap((metric) => pairs.map((pair) => row(pair, metric))),
  };
}

function labelsTable({ groups, pairs, bootstrap, task }: Comparison): Table {
  if (task === 'regression') return targetsTable(groups, pairs);
  const test =
    bootstrap.unit === 'clip' ? "DeLong's test" : `DeLong's test, clips grouped by ${bootstrap.unit}`;
  const rowsOf = (write: (label: LabelDifference) => Cell[]): Cell[][] =>
    pairs.flatMap(({ first, second, labels }) =>
      labels.map((label) => [groups[second].label, groups[first].label, ...write(label)]),
    );
  const ends = ({ interval }: LabelDifference): Cell[] => interval ?? [null, null];
  return {
    name: 'labels',
    caption: `ROC-AUC by label, with p-values of ${test} after Holm's correction over labels,`,
    header: [
      ...['Experiment', 'minus', 'Label', 'Positives', 'ROC-AUC', 'ROC-AUC of the other'],
      ...['Difference', 'Low', 'High', 'p', 'p Holm', 'p of single clips'],
    ],
    rows: rowsOf((label) => [
      label.label,
      label.positives,
      label.second,
      label.first,
      label.difference,
      ...ends(label),
      label.p,
      label.pHolm,
      label.pOfClips,
    ]),
    short: {
      header: ['Experiment', 'minus', 'Label', 'Positives', 'Difference', 'Low', 'High', 'p Holm'],
      rows: rowsOf((label) => [label.label, label.positives, label.difference, ...ends(label), label.pHolm]),
    },
  };
}

function targetsTable(groups: Comparison['groups'], pairs: Comparison['pairs']): Table {
  return {
    name: 'targets',
    caption: "CCC by target, with p-values of the paired bootstrap after Holm's correction over targets,",
    header: [
      ...['Experiment', 'minus', 'Target', 'Values', 'CCC', 'CCC of the other'],
      ...['Difference', 'Low', 'High', 'p', 'p Holm'],
    ],
    rows: pairs.flatMap(({ first, second, labels }) =>
      labels.map((one) => [
        ...[groups[second].label, groups[first].label, one.label, one.positives, one.second, one.first],
        ...[one.difference, ...(one.interval ?? [null, null]), one.p, one.pHolm],
      ]),
    ),
  };
}

function settingsTable({ groups, settings }: Comparison): Table {
  return {
    name: 'settings',
    caption: 'Settings in which the runs differ',
    header: ['Setting', ...groups.flatMap(({ runLabels }) => runLabels)],
    rows: settings.map(({ key, values }) => [key, ...values]),
  };
}

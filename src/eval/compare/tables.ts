/** The tables of a comparison, each for a spreadsheet, a text and a paper. */
import { type Cell, csvTable } from '../tables/csv.js';
import { latexTable } from '../tables/latex.js';
import { markdownTable } from '../tables/markdown.js';
import type { Comparison } from './comparison.js';
import { COMPARED_METRICS, type ComparedMetric, type PerMetric } from './paired-bootstrap.js';

/** What readers call the compared metrics. */
export const METRIC_NAMES: PerMetric<string> = {
  roc_auc: 'ROC-AUC macro',
  pr_auc: 'PR-AUC macro',
  accuracy: 'Accuracy',
};

interface Table {
  name: string;
  caption: string;
  header: string[];
  rows: Cell[][];
}

/**
 * Makes the tables of a comparison: `runs`, `differences`, `labels` and `settings`, as CSV, Markdown and LaTeX.
 *
 * @param comparison - what is said
 * @returns file names and contents
 */
export function comparisonTables(comparison: Comparison): [string, string][] {
  const { dataset, protocol, split, synthetic } = comparison;
  const where = `${dataset}, ${protocol}, ${split} split${synthetic ? ' (synthetic corpus)' : ''}`;
  return [runsTable, differencesTable, labelsTable, settingsTable].flatMap((make): [string, string][] => {
    const { name, caption, header, rows } = make(comparison);
    return [
      [`${name}.csv`, csvTable(header, rows)],
      [`${name}.md`, markdownTable(header, rows.map(readable))],
      [`${name}.tex`, latexTable(`${caption} on ${where}.`, `tab:${name}`, header, rows.map(readable))],
    ];
  });
}

/** Three decimals would make a small p-value a zero. */
const readable = (row: readonly Cell[]): Cell[] =>
  row.map((cell) =>
    typeof cell === 'number' && cell !== 0 && Math.abs(cell) < 0.0005 ? cell.toExponential(1) : cell,
  );

function intervalNote({ bootstrap: { samples, groups, unit } }: Comparison): string {
  return samples > 0 && groups > 1
    ? `95 % bootstrap intervals, ${samples} samples of ${groups} ${unit}s`
    : 'without intervals';
}

function runsTable(comparison: Comparison): Table {
  const columns = COMPARED_METRICS.flatMap((metric) =>
    ['', ' sd', ' low', ' high'].map((part) => `${METRIC_NAMES[metric]}${part}`),
  );
  return {
    name: 'runs',
    caption: `Results, means and standard deviations over seeds, ${intervalNote(comparison)},`,
    header: ['Experiment', 'Runs', ...columns, 'Majority accuracy'],
    rows: comparison.groups.map(({ label, runs, metrics }) => [
      label,
      runs.length,
      ...COMPARED_METRICS.flatMap((metric) => {
        const { value, deviation, interval } = metrics[metric];
        return [value, deviation, ...(interval ?? [null, null])];
      }),
      comparison.majorityAccuracy,
    ]),
  };
}

function differencesTable(comparison: Comparison): Table {
  const { groups, pairs } = comparison;
  const row = (pair: Comparison['pairs'][number], metric: ComparedMetric): Cell[] => {
    const { difference, interval, p, pHolm } = pair.metrics[metric];
    return [
      groups[pair.second].label,
      groups[pair.first].label,
      METRIC_NAMES[metric],
      difference,
      ...(interval ?? [null, null]),
      p,
      pHolm,
    ];
  };
  return {
    name: 'differences',
    caption: `Differences, ${intervalNote(comparison)}, with p-values of the paired bootstrap before and after Holm's correction over pairs,`,
    header: ['Experiment', 'minus', 'Metric', 'Difference', 'Low', 'High', 'p', 'p Holm'],
    rows: COMPARED_METRICS.flatMap((metric) => pairs.map((pair) => row(pair, metric))),
  };
}

function labelsTable({ groups, pairs, bootstrap }: Comparison): Table {
  const test = bootstrap.unit === 'song' ? "DeLong's test, clips grouped by song" : "DeLong's test";
  return {
    name: 'labels',
    caption: `ROC-AUC by label, with p-values of ${test} before and after Holm's correction over labels,`,
    header: [
      ...['Experiment', 'minus', 'Label', 'Positives', 'ROC-AUC', 'ROC-AUC of the other'],
      ...['Difference', 'Low', 'High', 'p', 'p Holm', 'p of single clips'],
    ],
    rows: pairs.flatMap((pair) =>
      pair.labels.map((label): Cell[] => [
        groups[pair.second].label,
        groups[pair.first].label,
        label.label,
        label.positives,
        label.second,
        label.first,
        label.difference,
        ...(label.interval ?? [null, null]),
        label.p,
        label.pHolm,
        label.pOfClips,
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

/** The tables of a study, each for a spreadsheet, a text and a paper. */

import { pointsText } from '../../../base/format.js';
import { type Cell, csvTable } from '../../../base/text-tables.js';
import { leadMetrics, METRIC_NAMES } from '../../../eval/difference/compared-metrics.js';
import { metricText } from '../../../eval/format.js';
import { latexTable, markdownTable } from '../../../eval/tables/markup.js';
import type { Comparison, Estimate } from '../../compare/comparison.js';
import { type StudyResult, tableRows } from './study-result.js';

interface Table {
  name: string;
  caption: string;
  header: string[];
  /** Every number, for a spreadsheet. */
  rows: Cell[][];
  /** The columns that fit on a page. */
  short: { header: string[]; rows: Cell[][] };
}

/**
 * File names and contents of a study's tables with rows: `groups` (as published), `results`, `differences` and
 * `conditions`, as CSV, Markdown and LaTeX.
 */
export function studyTables(result: StudyResult): [string, string][] {
  const [{ comparison }] = result.panels;
  const where = `${comparison.dataset}${comparison.synthetic ? ' (synthetic corpus)' : ''}`;
  return [groupsTable, resultsTable, differencesTable, conditionsTable].flatMap(
    (make): [string, string][] => {
      const { name, caption, header, rows, short } = make(result);
      if (rows.length === 0) return [];
      return [
        [`${name}.csv`, csvTable(header, rows)],
        [`${name}.md`, markdownTable(short.header, short.rows)],
        [`${name}.tex`, latexTable(`${caption} ${where}.`, `tab:${name}`, short.header, short.rows)],
      ];
    },
  );
}

function estimateText({ value, deviation, interval }: Estimate): string {
  const range = interval ? ` (${metricText(interval[0])}–${metricText(interval[1])})` : '';
  return `${metricText(value)}${deviation === null ? '' : ` ± ${metricText(deviation)}`}${range}`;
}

function groupsTable(result: StudyResult): Table {
  const [{ comparison }] = result.panels;
  const metrics = leadMetrics(comparison.task);
  const { column } = comparison.constant;
  const rows = tableRows(result);
  return {
    name: 'groups',
    caption:
      'The groups, means and standard deviations over seeds, with 95 % bootstrap intervals over songs, on',
    header: [
      ...['Group', 'Task', 'Seeds'],
      ...metrics.flatMap((metric) => ['', ' sd', ' low', ' high'].map((part) => METRIC_NAMES[metric] + part)),
      column,
    ],
    rows: rows.map(({ label, task, result: own, constant }): Cell[] => [
      ...[label, task, own.seeds.length],
      ...metrics.flatMap((metric) => {
        const { value, deviation, interval } = own.metrics[metric];
        return [value, deviation, ...(interval ?? [null, null])];
      }),
      constant.value,
    ]),
    short: {
      header: ['Group', 'Task', ...metrics.map((metric) => METRIC_NAMES[metric]), shortColumn(comparison)],
      rows: rows.map(({ label, task, result: own, constant }): Cell[] => [
        ...[label, task],
        ...metrics.map((metric) => estimateText(own.metrics[metric])),
        constant.value,
      ]),
    },
  };
}

/** Title of the constant answer's column where there is little room. */
const shortColumn = ({ constant }: Comparison): string =>
  constant.metric === 'accuracy' ? 'Majority' : constant.column;

function resultsTable({ panels }: StudyResult): Table {
  const [{ comparison: first }] = panels;
  const { compared } = first;
  const columns = compared.flatMap((metric) =>
    ['', ' sd', ' low', ' high'].map((part) => `${METRIC_NAMES[metric]}${part}`),
  );
  const rowsOf = (write: (metrics: StudyResult['panels'][0]['groups'][0]['metrics']) => Cell[]): Cell[][] =>
    panels.flatMap(({ panel, groups, comparison }) =>
      groups.map(({ label, seeds, metrics }) => [
        panel.label,
        label,
        seeds.length,
        ...write(metrics),
        comparison.constant.value,
      ]),
    );
  return {
    name: 'results',
    caption: 'Means and standard deviations over seeds, with 95 % bootstrap intervals over songs, on',
    header: ['Task', 'Experiment', 'Seeds', ...columns, first.constant.column],
    rows: rowsOf((metrics) =>
      compared.flatMap((metric) => {
        const { value, deviation, interval } = metrics[metric];
        return [value, deviation, ...(interval ?? [null, null])];
      }),
    ),
    short: {
      header: [
        'Task',
        'Experiment',
        'Seeds',
        ...compared.map((metric) => METRIC_NAMES[metric]),
        shortColumn(first),
      ],
      rows: rowsOf((metrics) => compared.map((metric) => estimateText(metrics[metric]))),
    },
  };
}

function differencesTable({ study, panels }: StudyResult): Table {
  const labels = new Map(study.groups.map(({ name, label }) => [name, label]));
  const [{ comparison: first }] = panels;
  const metrics = leadMetrics(first.task);
  const rows = panels.flatMap(({ panel, contrasts }) =>
    contrasts.flatMap((contrast) =>
      metrics.map((metric): Cell[] => {
        const { difference, interval, p, pHolm } = contrast.metrics[metric];
        const { deviation, higher, seeds } = contrast.bySeed[metric];
        return [
          ...[panel.label, labels.get(contrast.group)!, labels.get(contrast.minus)!, METRIC_NAMES[metric]],
          ...[difference, ...(interval ?? [null, null]), p, pHolm, deviation, higher, seeds],
          contrast.published?.[metric] ?? null,
        ];
      }),
    ),
  );
  return {
    name: 'differences',
    caption:
      'Differences in points of 100, with 95 % bootstrap intervals over songs and p-values after Holm’s correction, on',
    header: [
      ...['Task', 'Experiment', 'minus', 'Metric', 'Difference', 'Low', 'High', 'p', 'p Holm'],
      ...['Deviation over seeds', 'Higher in', 'Seeds', 'Published'],
    ],
    rows,
    short: {
      header: ['Task', 'Experiment', 'minus', 'Metric', 'Difference', 'p Holm', 'Published'],
      rows: rows.map(
        ([panel, group, minus, metric, difference, low, high, , pHolm, , , , published]): Cell[] => [
          ...[panel, group, minus, metric],
          `${pointsText(difference as number | null)} (${pointsText(low as number | null)} to ${pointsText(high as number | null)})`,
          pHolm,
          published === null ? null : pointsText(published as number),
        ],
      ),
    },
  };
}

function conditionsTable({ panels }: StudyResult): Table {
  const [{ comparison }] = panels;
  const { compared } = comparison;
  const rows = panels.flatMap(({ panel, groups }) =>
    groups.flatMap(({ label, conditions }) =>
      conditions.map(({ name, examples, metrics }): Cell[] => [
        ...[panel.label, label, name, examples],
        ...compared.flatMap((metric) => [metrics[metric].mean, metrics[metric].deviation]),
      ]),
    ),
  );
  const columns = compared.flatMap((metric) => [METRIC_NAMES[metric], `${METRIC_NAMES[metric]} sd`]);
  return {
    name: 'conditions',
    caption: 'Under changed test conditions, means over seeds, on',
    header: ['Task', 'Experiment', 'Condition', 'Clips', ...columns],
    rows,
    short: {
      header: ['Task', 'Experiment', 'Condition', ...compared.map((metric) => METRIC_NAMES[metric])],
      rows: rows.map(([panel, label, name, , ...values]): Cell[] => [
        ...[panel, label, name],
        ...compared.map((_, i) => {
          const [mean, deviation] = [values[2 * i], values[2 * i + 1]] as (number | null)[];
          return `${metricText(mean)}${deviation === null ? '' : ` ± ${metricText(deviation)}`}`;
        }),
      ]),
    },
  };
}

/** The tables of a regression: its headline numbers and its targets, for a spreadsheet and for a paper. */
import { type Cell, csvTable } from '../../base/text-tables.js';
import { intervalNote } from '../format.js';
import { REGRESSION_METRICS, regressionMetrics } from '../regression/scores.js';
import type { RegressionReport } from '../run-report.js';
import { latexTable } from './markup.js';

/** Makes the tables of a regression. */
export function regressionTables({ metrics, dataset, synthetic }: RegressionReport): [string, string][] {
  const { protocol, split, mean_baseline: baseline, per_target: targets } = metrics;
  const where = `${dataset}, protocol ${protocol}, ${split} split${synthetic ? ' (synthetic corpus)' : ''}`;
  const headline: Cell[][] = [
    ...REGRESSION_METRICS.map((metric): Cell[] => [
      `mean ${regressionMetrics[metric].title}`,
      metrics[metric].macro,
      ...(metrics[metric].ci95 ?? [null, null]),
    ]),
    ['RMSE of always predicting the mean', baseline.rmse, null, null],
  ];
  const titles = REGRESSION_METRICS.map((metric) => regressionMetrics[metric].title);
  return [
    [
      'headline.csv',
      csvTable(
        ['dataset', 'synthetic', 'protocol', 'split', 'metric', 'value', 'low95', 'high95'],
        headline.map((row) => [dataset, synthetic ? 'yes' : 'no', protocol, split, ...row]),
      ),
    ],
    [
      'headline.tex',
      latexTable(
        `Results on ${where}; ${intervalNote(metrics.bootstrap)}.`,
        'tab:headline',
        ['Metric', 'Value', 'Low', 'High'],
        headline,
      ),
    ],
    [
      'targets.csv',
      csvTable(
        [
          ...['target', 'values', 'missing', 'mean', 'deviation'],
          ...REGRESSION_METRICS.flatMap((metric) => [metric, `${metric}_low95`, `${metric}_high95`]),
        ],
        targets.map((one) => [
          ...[one.target, one.values, one.missing, one.mean, one.deviation],
          ...REGRESSION_METRICS.flatMap((metric) => [
            one[metric],
            ...(one[`${metric}_ci95`] ?? [null, null]),
          ]),
        ]),
      ),
    ],
    [
      'targets.tex',
      latexTable(
        `Results by target on ${where}.`,
        'tab:targets',
        ['Target', 'Values', 'Mean', 'Deviation', ...titles],
        targets.map((one) => [
          ...[one.target, one.values, one.mean, one.deviation],
          ...REGRESSION_METRICS.map((metric) => one[metric]),
        ]),
      ),
    ],
  ];
}

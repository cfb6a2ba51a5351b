/** The tables of a regression: its headline numbers and its targets, for a spreadsheet and for a paper. */
import { type Cell, csvTable } from '../../base/text-tables.js';
import { REGRESSION_METRICS, regressionMetrics } from '../regression/scores.js';
import type { RegressionReport } from '../run-report.js';
import { headlineTables, placeOf } from './headline.js';
import { latexTable } from './markup.js';

/** Makes the tables of a regression. */
export function regressionTables(report: RegressionReport): [string, string][] {
  const { metrics } = report;
  const { mean_baseline: baseline, per_target: targets } = metrics;
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
    ...headlineTables(report, headline),
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
        `Results by target on ${placeOf(report)}.`,
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

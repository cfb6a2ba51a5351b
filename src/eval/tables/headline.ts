/** The table of a run's headline numbers, whatever its task: for a spreadsheet and for a paper. */
import { type Cell, csvTable } from '../../base/text-tables.js';
import { intervalNote } from '../format.js';
import type { Metrics } from '../metrics.js';
import type { RunReport } from '../run-report.js';
import { latexTable } from './markup.js';

/** What a run's numbers are of. */
export interface Headlined extends Pick<RunReport, 'dataset' | 'synthetic'> {
  metrics: Pick<Metrics, 'protocol' | 'split' | 'bootstrap'>;
}

/** What numbers are of, for a caption. */
export const placeOf = ({ metrics: { protocol, split }, dataset, synthetic }: Headlined): string =>
  `${dataset}, protocol ${protocol}, ${split} split${synthetic ? ' (synthetic corpus)' : ''}`;

/** `headline.csv` and `headline.tex`; rows are metric, value, and both ends of its interval. */
export function headlineTables(report: Headlined, rows: Cell[][]): [string, string][] {
  const { metrics, dataset, synthetic } = report;
  const columns = ['dataset', 'synthetic', 'protocol', 'split', 'metric', 'value', 'low95', 'high95'];
  const place = [dataset, synthetic ? 'yes' : 'no', metrics.protocol, metrics.split];
  const caption = `Results on ${placeOf(report)}; ${intervalNote(metrics.bootstrap)}.`;
  return [
    [
      'headline.csv',
      csvTable(
        columns,
        rows.map((row) => [...place, ...row]),
      ),
    ],
    ['headline.tex', latexTable(caption, 'tab:headline', ['Metric', 'Value', 'Low', 'High'], rows)],
  ];
}

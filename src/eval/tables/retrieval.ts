/** The table of a run's rankings: what each way of searching finds, and what it takes. */
import { type Cell, csvTable } from '../../base/text-tables.js';
import type { RetrievalRecord } from '../metrics.js';
import { rankingName } from '../retrieval/summary.js';
import { type Headlined, placeOf } from './headline.js';
import { latexTable } from './markup.js';

const COLUMNS = [
  ...[
    'method',
    'bits',
    'bytes',
    'query_us',
    'map',
    'map_low95',
    'map_high95',
    'precision_at_1',
    'precision_at_10',
  ],
  ...['radius_precision', 'radius_recall', 'radius_empty'],
];

/** `retrieval.csv`, with every number, and `retrieval.tex`, with the names and mean average precision. */
export function retrievalTables({ rankings }: RetrievalRecord, report: Headlined): [string, string][] {
  const rows = rankings.map(
    ({ method, bits, bytes, query_us, map, precision_at, within_radius: within }): Cell[] => [
      ...[method, bits, bytes, query_us, map.value, ...(map.ci95 ?? [null, null])],
      ...[precision_at[1]?.value ?? null, precision_at[10]?.value ?? null],
      ...[within?.precision.value ?? null, within?.recall.value ?? null, within?.empty ?? null],
    ],
  );
  const named = rankings.map((ranking): Cell[] => [
    ...[rankingName(ranking), ranking.bytes, ranking.map.value, ...(ranking.map.ci95 ?? [null, null])],
  ]);
  return [
    ['retrieval.csv', csvTable(COLUMNS, rows)],
    [
      'retrieval.tex',
      latexTable(
        `Mean average precision of retrieval on ${placeOf(report)}.`,
        'tab:retrieval',
        ['Ranking', 'Bytes', 'mAP', 'Low', 'High'],
        named,
      ),
    ],
  ];
}

/** What the embedding of the model and hash codes of it find. */
import { countText } from '../../../base/format.js';
import { metricText } from '../../../eval/format.js';
import type { RankingRecord } from '../../../eval/metrics.js';
import { rankingName } from '../../../eval/retrieval/summary.js';
import type { RunReport } from '../../../eval/run-report.js';
import { figure } from '../../charts/figure.js';
import { codeLengthChart } from '../../charts/retrieval.js';
import { type Content, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, percentText, table } from '../../kit/text.js';

const HEAD = [
  'Ranking',
  'mAP',
  'precision@10',
  'precision, radius 2',
  'recall, radius 2',
  'nothing within',
  'bytes a track',
  'µs a query',
];

function cellsOf(ranking: RankingRecord): Content[] {
  const { map, precision_at: first, within_radius: within, bytes, query_us } = ranking;
  return [
    rankingName(ranking),
    estimate({ value: map.value, interval: map.ci95 }),
    estimate({ value: first[10]?.value ?? null }),
    within ? metricText(within.precision.value) : '–',
    within ? metricText(within.recall.value) : '–',
    within?.empty == null ? '–' : percentText(within.empty),
    bytes,
    query_us.toFixed(1),
  ];
}

/** The section of retrieval. */
export function retrievalSection({ metrics: { retrieval, task } }: RunReport): Section | null {
  if (!retrieval) return null;
  const { rankings, database, queries, without_relevant, skipped } = retrieval;
  const points = rankings.map(({ method, bits, map }) => ({
    ...{ method, bits, value: map.value, interval: map.ci95 },
  }));
  const labels = rankings[0].by_label.filter((one) => one.queries > 0);
  const shared = task === 'classification' ? 'are of the same class' : 'share a label';
  return {
    id: 'retrieval',
    title: 'Retrieval',
    html: html`${
      rankings.length > 1 &&
      figure({
        name: 'retrieval',
        panels: [{ charts: [codeLengthChart('Mean average precision by length of the code', points)] }],
      })
    }
    <p class="aside">Each of ${countText(queries, 'test recording')} ranks the ${countText(database, 'recording')} of the training split by its embedding, or by the Hamming distance of codes; those that ${shared} are relevant.
      Equal distances count as the mean over all their orders. Lines: 95 % intervals by bootstrap.${
        without_relevant > 0 &&
        ` ${countText(without_relevant, 'recording')} with nothing to find ${without_relevant === 1 ? 'is' : 'are'} left out.`
      }${
        skipped.length > 0 &&
        ` Not fitted: ${skipped.map(({ method, bits, reason }) => `${method} with ${bits} bits (${reason.replace(/\.$/, '')})`).join('; ')}.`
      }</p>
    ${table({ head: HEAD, rows: rankings.map(cellsOf) })}
    ${details(
      'Label by label',
      table({
        head: ['Label', 'Queries', ...rankings.map(rankingName)],
        rows: labels.map(({ label, queries: count }) => [
          label,
          count,
          ...rankings.map(({ by_label }) =>
            metricText(by_label.find((one) => one.label === label)?.map ?? null),
          ),
        ]),
      }),
    )}`,
  };
}

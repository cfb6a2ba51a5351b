/** What the embeddings and codes of a study's experiments find, over seeds. */
import { metricText } from '../../../eval/format.js';
import { COSINE } from '../../../eval/retrieval/rankings.js';
import { type RankingSummary, rankingName } from '../../../eval/retrieval/summary.js';
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import type { GroupResult } from '../../../runs/study/results/summary.js';
import { type Chart, lineStyle, type Mark } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { codeLengthChart } from '../../charts/retrieval.js';
import { type Content, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { details, estimate, table } from '../../kit/text.js';

/** An experiment of a panel that has results of retrieval. */
interface Retrieved {
  /** Its label, with that of the panel where there are several. */
  label: string;
  group: GroupResult;
}

const HEAD = [
  'Ranking',
  'mAP',
  'precision@10',
  'precision, radius 2',
  'recall, radius 2',
  'bytes a track',
  'µs a query',
];

const cellsOf = (ranking: RankingSummary): Content[] => [
  rankingName(ranking),
  estimate(ranking.map),
  estimate({ ...ranking.precisionAt10, interval: null }),
  metricText(ranking.radiusPrecision.value),
  metricText(ranking.radiusRecall.value),
  ranking.bytes,
  ranking.queryMicroseconds.value?.toFixed(1) ?? '–',
];

/** The longest code of each method, and the embeddings: what conditions and labels are shown for. */
function chosenOf(rankings: readonly RankingSummary[]): RankingSummary[] {
  const longest = new Map<string, RankingSummary>();
  for (const ranking of rankings) {
    const known = longest.get(ranking.method);
    if (!known || (ranking.bits ?? 0) > (known.bits ?? 0)) longest.set(ranking.method, ranking);
  }
  return [...longest.values()];
}

/** Mean average precision under each test condition, a line for each ranking; null where there are no conditions. */
function conditionsChart({ label, group: { retrieval, conditions } }: Retrieved): Chart | null {
  const changed = conditions.filter((condition) => condition.retrieval.length > 0);
  if (changed.length === 0) return null;
  const columns = [{ name: 'unchanged', retrieval }, ...changed];
  return {
    title: `Mean average precision by test condition, ${label}`,
    // Short, since there are many side by side.
    x: {
      title: 'condition of the queries',
      names: columns.map(({ name }) => name.replace(/^white noise at /, 'noise ')),
    },
    y: { title: 'mean average precision' },
    marks: chosenOf(retrieval).flatMap((ranking, i): Mark[] => {
      const means = columns.map(
        ({ retrieval: own }) =>
          own.find(({ method, bits }) => method === ranking.method && bits === ranking.bits)?.map,
      );
      const bounds = means.flatMap((mean, x) => (mean?.interval ? [{ x, interval: mean.interval }] : []));
      return [
        {
          ...{ kind: 'line', name: rankingName(ranking), ends: 'dots', width: 1.6, ...lineStyle(i) },
          x: columns.map((_, x) => x),
          y: means.map((mean) => mean?.value ?? null),
        },
        {
          ...{ kind: 'line', ends: 'y-caps', width: 1, opacity: 0.6, ...lineStyle(i), dash: 'solid' },
          x: bounds.flatMap(({ x }) => [x, x, x]),
          y: bounds.flatMap(({ interval }) => [...interval, null]),
        },
      ];
    }),
  };
}

function labelsTable({ group: { retrieval } }: Retrieved) {
  const shown = chosenOf(retrieval);
  return table({
    head: ['Label', ...shown.map(rankingName)],
    rows: retrieval[0].byLabel.flatMap(({ label }, i) =>
      shown.some(({ byLabel }) => byLabel[i]?.map.value !== null)
        ? [[label, ...shown.map(({ byLabel }) => estimate({ ...byLabel[i]?.map, interval: null }))]]
        : [],
    ),
  });
}

/** The best of an experiment's codes of a kind, as a cell. */
const ownCode = (rankings: readonly RankingSummary[]): Content => {
  const code = rankings.find(({ method }) => method === 'network');
  return code ? html`${estimate(code.map)}<small>${code.bits} bits</small>` : '–';
};

/** The section of retrieval. */
export function retrievalSection({ panels }: StudyResult): Section | null {
  const found = panels.flatMap(({ panel, groups }) =>
    groups
      .filter(({ retrieval }) => retrieval.length > 0)
      .map(
        (group): Retrieved => ({
          label: panels.length > 1 ? `${panel.label}: ${group.label}` : group.label,
          group,
        }),
      ),
  );
  if (found.length === 0) return null;
  const several = found.filter(({ group }) => group.retrieval.length > 2);
  const conditions = found.flatMap((own) => {
    const chart = conditionsChart(own);
    return chart ? [{ label: own.label, chart }] : [];
  });
  return {
    id: 'retrieval',
    title: 'Retrieval',
    html: html`<p>Each test recording ranks the training split by the cosine of embeddings, or by the Hamming distance of codes; those that share a label are relevant. Equal distances count as the mean over all their orders.
      Means ± standard deviations over seeds, with 95 % intervals of Student's t.</p>
    ${table({
      head: ['Experiment', 'mAP, cosine of embeddings', 'mAP, the model’s own code', 'precision@10, cosine'],
      rows: found.map(({ label, group: { retrieval } }) => {
        const exact = retrieval.find(({ method }) => method === COSINE);
        return [
          label,
          estimate(exact?.map ?? {}),
          ownCode(retrieval),
          estimate({ ...exact?.precisionAt10, interval: null }),
        ];
      }),
    })}
    ${
      several.length > 0 &&
      html`<h3>Length of the code</h3>${figure({
        name: 'code-length',
        choices: [
          { label: 'Experiment', name: 'code-length-experiment', options: several.map(({ label }) => label) },
        ],
        panels: [
          {
            charts: several.map(({ label, group }) =>
              codeLengthChart(
                `Mean average precision by length of the code, ${label}`,
                group.retrieval.map(({ method, bits, map: { value, interval } }) => ({
                  method,
                  bits,
                  value,
                  interval,
                })),
              ),
            ),
          },
        ],
      })}
      ${several.map(({ label, group }) => details(`${label}: every ranking`, table({ head: HEAD, rows: group.retrieval.map(cellsOf) })))}
      ${several.map((own) => details(`${own.label}: label by label, longest codes`, labelsTable(own)))}`
    }
    ${
      conditions.length > 0 &&
      html`<h3>Changed queries</h3>${figure({
        name: 'retrieval-conditions',
        choices: [
          {
            label: 'Experiment',
            name: 'retrieval-conditions-experiment',
            options: conditions.map(({ label }) => label),
          },
        ],
        panels: [{ charts: conditions.map(({ chart }) => chart) }],
      })}
      <p class="aside">The database stays as it is; the queries are changed. Longest codes.</p>`
    }`,
  };
}

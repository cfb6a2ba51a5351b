/** Charts of what embeddings and codes find. */
import { groupBy } from '../../base/group-by.js';
import type { Interval } from '../../eval/metrics.js';
import { COSINE } from '../../eval/retrieval/rankings.js';
import { methodName } from '../../eval/retrieval/summary.js';
import { type Chart, lineStyle, type Mark } from './chart.js';

/** A way of ranking with its mean average precision. */
export interface RankingPoint {
  method: string;
  /** Null for embeddings. */
  bits: number | null;
  value: number | null;
  interval: Interval | null;
}

/** Mean average precision against the length of the code, a line for each method; that of the embeddings is a guide. */
export function codeLengthChart(title: string, points: readonly RankingPoint[]): Chart {
  const codes = points.filter(({ bits }) => bits !== null);
  const lengths = [...new Set(codes.map(({ bits }) => bits!))].sort((a, b) => a - b);
  const exact = points.find(({ method }) => method === COSINE)?.value ?? null;
  const ends = [lengths[0] ?? 1, lengths.at(-1) ?? 1];
  const lines = [...groupBy(codes, ({ method }) => method)].flatMap(([method, own], i): Mark[] => {
    const sorted = [...own].sort((a, b) => a.bits! - b.bits!);
    const x = sorted.map(({ bits }) => bits!);
    const bounds = sorted.filter(({ interval }) => interval !== null);
    return [
      {
        ...{ kind: 'line', name: methodName(method), ends: 'dots', ...lineStyle(i) },
        x,
        y: sorted.map(({ value }) => value),
      },
      {
        ...{ kind: 'line', ends: 'y-caps', width: 1, opacity: 0.6, ...lineStyle(i), dash: 'solid' },
        x: bounds.flatMap(({ bits }) => [bits!, bits!, bits!]),
        y: bounds.flatMap(({ interval }) => [...interval!, null]),
      },
    ];
  });
  return {
    title,
    x: {
      title: 'bits of a code',
      scale: 'log',
      ticks: lengths.map((at) => ({ at, text: String(at) })),
    },
    y: { title: 'mean average precision' },
    marks: [
      ...(exact === null || lengths.length === 0
        ? []
        : [
            {
              ...{ kind: 'line', tone: 'muted', dash: 'dash', width: 1.5, name: methodName(COSINE) },
              x: ends,
              y: [exact, exact],
            } satisfies Mark,
          ]),
      ...lines,
    ],
  };
}

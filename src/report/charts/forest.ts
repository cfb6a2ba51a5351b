/** Forest plots: estimates or differences with their intervals, a row each. */
import type { Interval } from '../../eval/metrics.js';
import { SIGNIFICANCE } from '../../runs/compare/comparison.js';
import type { Chart, DotsMark, Mark, Row, Tone } from './chart.js';

/** A value with its interval. */
export interface Estimated extends Row {
  value: number | null;
  interval: Interval | null;
  /** Default: the first of the series. */
  tone?: Tone;
  /** Values of single runs, drawn small below. */
  runs?: readonly number[];
}

/** A difference. */
export interface Difference extends Row {
  difference: number | null;
  interval: Interval | null;
  significant: boolean;
  /** The same difference as published elsewhere. */
  published?: number | null;
}

/** The names and numbers of rows, without what only a builder reads. */
const rowOf = ({ name, hover, keys, flag }: Row): Row => ({ name, hover, keys, flag });

/** Segments and dots of the rows in `chosen`. */
function intervalMarks(
  rows: readonly { value: number | null; interval: Interval | null }[],
  chosen: (i: number) => boolean,
  look: Pick<DotsMark, 'tone' | 'open' | 'name'>,
): Mark[] {
  const shown = rows.flatMap(({ value, interval }, i) =>
    value !== null && chosen(i) ? [{ value, interval, i }] : [],
  );
  if (shown.length === 0) return [];
  const wide = shown.flatMap(({ interval, i }) => (interval ? [{ interval, i }] : []));
  return [
    {
      kind: 'segments',
      x: wide.map(({ interval }) => interval),
      y: wide.map(({ i }) => [i, i]),
      tone: look.tone,
      caps: true,
    },
    { kind: 'dots', x: shown.map(({ value }) => value), y: shown.map(({ i }) => i), ...look },
  ];
}

/**
 * Estimates on one axis.
 *
 * @param metric - what is estimated: the axis' title
 * @param guide - a value to compare with, such as chance; null for none
 */
export function estimateChart(
  title: string,
  metric: string,
  rows: readonly Estimated[],
  guide: { x: number; name?: string } | null,
): Chart {
  const tones = [...new Set(rows.map(({ tone = 0 }) => tone))];
  const runs = rows.flatMap((row, i) => (row.runs ?? []).map((x) => ({ x, i })));
  const singles: Mark = {
    ...{ kind: 'dots', tone: 'muted', size: 5, open: true, name: 'single seeds' },
    x: runs.map(({ x }) => x),
    // Below the mean, so that neither hides the other.
    y: runs.map(({ i }) => i + 0.25),
  };
  return {
    title,
    x: { title: metric },
    rows: rows.map(rowOf),
    marks: [
      ...(guide ? [{ kind: 'guide' as const, tone: 'muted' as const, ...guide }] : []),
      ...(runs.length > 0 ? [singles] : []),
      ...tones.flatMap((tone) =>
        intervalMarks(rows, (i) => (rows[i].tone ?? 0) === tone, {
          tone,
          name: runs.length > 0 ? 'mean, 95 % interval' : undefined,
        }),
      ),
    ],
  };
}

/**
 * Differences around zero, significant ones filled.
 *
 * @param metric - of the difference: part of the axis' title
 */
export function differenceChart(title: string, metric: string, rows: readonly Difference[]): Chart {
  const values = rows.map(({ difference, interval }) => ({ value: difference, interval }));
  const published = rows.flatMap(({ published: x }, i) => (x == null ? [] : [{ x, i }]));
  const kinds = [
    {
      name: `higher (p < ${SIGNIFICANCE} after Holm)`,
      tone: 'higher' as const,
      of: (row: Difference) => row.significant && row.difference! > 0,
    },
    {
      name: `lower (p < ${SIGNIFICANCE} after Holm)`,
      tone: 'lower' as const,
      of: (row: Difference) => row.significant && row.difference! <= 0,
    },
    {
      name: 'not significant',
      tone: 'muted' as const,
      open: true,
      of: (row: Difference) => !row.significant,
    },
  ];
  return {
    title,
    x: { title: `difference in ${metric}` },
    rows: rows.map(rowOf),
    marks: [
      { kind: 'guide', x: 0, tone: 'text' },
      ...kinds.flatMap(({ of, ...look }) => intervalMarks(values, (i) => of(rows[i]), look)),
      ...(published.length > 0
        ? [
            {
              ...{
                kind: 'dots' as const,
                tone: 1,
                open: true,
                shape: 'diamond' as const,
                name: 'as published',
              },
              x: published.map(({ x }) => x),
              y: published.map(({ i }) => i),
            },
          ]
        : []),
    ],
  };
}

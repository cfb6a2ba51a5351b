/** Forest plots: estimates or differences with their intervals, a row each. */
import type { Interval } from '../../eval/metrics.js';
import { SIGNIFICANCE } from '../../runs/compare/pairs.js';
import { type Chart, type DotsMark, type Mark, pieces, type Row, type Tone } from './chart.js';

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

/** Intervals and dots of the rows in `chosen`. */
function intervalMarks(
  rows: readonly { value: number | null; interval: Interval | null }[],
  chosen: (i: number) => boolean,
  look: Pick<DotsMark, 'tone' | 'open' | 'name'>,
): Mark[] {
  const shown = rows.flatMap((row, i) => (row.value !== null && chosen(i) ? [{ ...row, i }] : []));
  const { tone } = look;
  const intervals = shown.flatMap(({ interval, i }) =>
    interval ? [{ x: interval, y: [i, i] as const }] : [],
  );
  return [
    { kind: 'line', tone, ends: 'x-caps', ...pieces(intervals) },
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
  const hasRuns = runs.length > 0;
  const singles: Mark = {
    ...{ kind: 'dots', tone: 'muted', size: 5, open: true, name: hasRuns ? 'single seeds' : undefined },
    x: runs.map(({ x }) => x),
    // Below the mean, so that neither hides the other.
    y: runs.map(({ i }) => i + 0.25),
  };
  const name = hasRuns ? 'mean, 95 % interval' : undefined;
  return {
    title,
    x: { title: metric },
    rows: rows.map(rowOf),
    marks: [
      ...(guide ? [{ kind: 'guide' as const, tone: 'muted' as const, ...guide }] : []),
      singles,
      ...tones.flatMap((tone) => intervalMarks(rows, (i) => (rows[i].tone ?? 0) === tone, { tone, name })),
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
  const kindOf = ({ significant, difference }: Difference): Tone =>
    !significant ? 'muted' : difference! > 0 ? 'higher' : 'lower';
  const names = {
    higher: `higher (p < ${SIGNIFICANCE} after Holm)`,
    lower: `lower (p < ${SIGNIFICANCE} after Holm)`,
    muted: 'not significant',
  };
  const kinds = (['higher', 'lower', 'muted'] as const).filter((tone) =>
    rows.some((row) => row.difference !== null && kindOf(row) === tone),
  );
  const published = rows.flatMap(({ published: x }, i) => (x == null ? [] : [{ x, i }]));
  const diamonds: Mark = {
    ...{ kind: 'dots', tone: 1, open: true, shape: 'diamond', name: 'as published' },
    x: published.map(({ x }) => x),
    y: published.map(({ i }) => i),
  };
  return {
    title,
    x: { title: `difference in ${metric}` },
    rows: rows.map(rowOf),
    marks: [
      { kind: 'guide', x: 0, tone: 'text' },
      ...kinds.flatMap((tone) =>
        intervalMarks(values, (i) => kindOf(rows[i]) === tone, {
          tone,
          open: tone === 'muted',
          name: names[tone],
        }),
      ),
      ...(published.length > 0 ? [diamonds] : []),
    ],
  };
}

/**
 * From a chart's description to what Plotly draws. Embedded in pages as source text: the functions use their
 * parameters, each other and the browser's globals only.
 */
import type { Data, Layout, LayoutAxis } from 'plotly.js-dist';
import type { Axis, Chart, Mark } from '../chart.js';
import type * as code from './plotly-marks.js';

/** The functions of `plotly-marks.ts` that a layout needs. */
export type MarkCode = Pick<typeof code, 'plain' | 'tracesOf' | 'guideOf' | 'annotationOf'>;

/** What Plotly is given. */
export interface PlotlyChart {
  traces: Data[];
  layout: Partial<Layout>;
  /** Of the element, in CSS pixels. */
  height: number;
}

/** Lays a chart out. */
export function plotlyOf(chart: Chart, look: code.Look, code: MarkCode): PlotlyChart {
  const { x, y = { title: '' }, rows, marks, plane } = chart;
  const { theme, width, cut } = look;
  const letters = Math.max(18, Math.min(32, Math.round(width * 0.03)));
  const names = rows?.map(({ name }) => look.lines(name, letters, cut).map(code.plain));
  const hasCells = marks.some(({ kind }) => kind === 'cells');
  const isTight = hasCells || marks.some(({ kind }) => kind === 'bars') || (rows?.length ?? 0) > 12;
  const step = names?.some((lines) => lines.length > 1) ? 44 : isTight ? 20 : 32;
  const legend = legendHeight(marks, look);
  const height = chart.height ?? (rows ? Math.max(120, 64 + step * rows.length) : 340);
  const rowAxis: Partial<LayoutAxis> | undefined = names && {
    ...(hasCells ? { autorange: 'reversed' } : { range: [names.length - 0.4, -0.6] }),
    ...ticksOf(
      names.map((lines) => lines.join('<br>')),
      hasCells ? 26 : Number.POSITIVE_INFINITY,
    ),
    title: { text: code.plain(y.title) },
    tickfont: { size: hasCells && names.length > 12 ? 10 : step === 44 || names.length > 30 ? 11 : 13 },
    showgrid: !isTight,
    zeroline: false,
  };
  const base = {
    gridcolor: theme.line,
    linecolor: theme.line,
    zerolinecolor: theme.line,
    automargin: true,
    fixedrange: !plane,
  };
  return {
    traces: marks.flatMap((mark) => code.tracesOf(mark, chart, look)),
    height: height + legend,
    layout: {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      font: {
        family: 'system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif',
        size: 13,
        color: theme.text,
      },
      margin: { l: rows || y.hidden ? 12 : 52, r: 16, t: 12 + legend, b: x.hidden ? 12 : 44 },
      hoverlabel: { bgcolor: theme.background, font: { color: theme.text }, bordercolor: theme.line },
      hovermode: 'closest',
      showlegend: legend > 0,
      legend: { orientation: 'h', y: 1, yanchor: 'bottom', x: 0, font: { size: 12 } },
      bargap: 0.25,
      barmode: 'overlay',
      xaxis: { ...base, ...axisOf(x, look, code, hasCells ? 22 : 18) },
      yaxis: {
        ...base,
        ...(rowAxis ?? axisOf(y, look, code, 18)),
        scaleanchor: plane ? 'x' : undefined,
      },
      shapes: marks.flatMap((mark) => code.guideOf(mark, look)),
      annotations: marks.flatMap((mark) => code.annotationOf(mark, look)),
      dragmode: plane && !look.isTouch ? 'pan' : false,
      uirevision: plane ? 'kept' : undefined,
    },
  };
}

/** Height of the legend above a chart; 0 without one. */
export function legendHeight(marks: readonly Mark[], { width, cut }: code.Look): number {
  const names = new Set(marks.flatMap((mark) => ('name' in mark && mark.name ? [mark.name] : [])));
  let [lines, used] = [names.size > 0 ? 1 : 0, 0];
  for (const name of names) {
    const letters = [...cut(name, 34)].reduce((sum, letter) => sum + (letter >= '\u2e80' ? 2 : 1), 0);
    const wide = 50 + 7 * letters;
    if (used > 0 && used + wide > width - 70) {
      lines++;
      used = 0;
    }
    used += wide;
  }
  return lines === 0 ? 0 : 8 + 19 * lines;
}

/** Ticks for names; of more than `most` only some are shown. */
export function ticksOf(names: readonly string[], most: number): Partial<LayoutAxis> {
  const sparse = names.length > most ? Math.ceil(names.length / most) : 1;
  const places = names.map((_, i) => i).filter((i) => i % sparse === 0);
  return { tickmode: 'array', tickvals: places, ticktext: places.map((i) => names[i]) };
}

export function axisOf(
  axis: Axis,
  { cut }: code.Look,
  { plain }: MarkCode,
  letters: number,
): Partial<LayoutAxis> {
  const { title, range, scale = 'linear', percent, ticks, names, hidden } = axis;
  const isLog = scale === 'log';
  const size = isLog ? Math.log10 : (value: number): number => value;
  const short = (text: string): string => plain(cut(text, letters));
  return {
    visible: !hidden,
    title: { text: plain(title) },
    type: scale,
    range: range && [size(range[0]), size(range[1])],
    ...(percent && { tickformat: '.0%', nticks: 6 }),
    ...(isLog && { dtick: 1 }),
    ...(names && {
      ...ticksOf(names.map(short), 26),
      tickangle: names.length > 6 ? -60 : 0,
      tickfont: { size: names.length > 6 ? 10 : 13 },
      showgrid: false,
      zeroline: false,
    }),
    ...(ticks && {
      tickmode: 'array',
      tickvals: ticks.map(({ at }) => at),
      ticktext: ticks.map(({ text }) => short(text)),
    }),
  };
}

/** The functions that a page holds. */
export const PLOTLY_CODE = [legendHeight, ticksOf, axisOf, plotlyOf];

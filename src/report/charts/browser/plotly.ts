/**
 * From a chart's description to what Plotly draws. Embedded in pages as source text: the functions use their
 * parameters, each other and the browser's globals only.
 */
import type { Data, Layout, LayoutAxis } from 'plotly.js-dist';
import type { Axis, Chart, Mark } from '../chart.js';
import type * as code from './plotly-marks.js';

/** The functions of `plotly-marks.ts` that a layout needs. */
export type MarkCode = Pick<typeof code, 'plain' | 'tracesOf' | 'guideOf' | 'annotationOf' | 'legendNames'>;

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
  const { theme, width, cut, apart } = look;
  const letters = Math.max(18, Math.min(32, Math.round(width * 0.045)));
  const names =
    rows &&
    look
      .lines(
        rows.map(({ name }) => name),
        letters,
        cut,
        apart,
      )
      .map((lines) => lines.map(code.plain));
  const longest = Math.max(0, ...(names ?? []).flat().map((line) => line.length));
  const title = titleLines(x.title, (width - 7.5 * longest - 60) / 7.5);
  const hasCells = marks.some(({ kind }) => kind === 'cells');
  const isTight = hasCells || marks.some(({ kind }) => kind === 'bars') || (rows?.length ?? 0) > 12;
  const step = names?.some((lines) => lines.length > 1) ? 44 : isTight ? 20 : 32;
  const legend = legendHeight(marks, look, code);
  const height = chart.height ?? (rows ? Math.max(120, 64 + step * rows.length) : 340);
  const rowAxis: Partial<LayoutAxis> | undefined = names && {
    ...(hasCells ? { autorange: 'reversed' } : { range: [names.length - 0.4, -0.6] }),
    ...ticksOf(
      names.map((lines) => lines.join('<br>')),
      hasCells ? 26 : Number.POSITIVE_INFINITY,
    ),
    title: { text: code.plain(y.title), standoff: 10 },
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
      margin: {
        l: rows || y.hidden ? 12 : 52,
        r: 16,
        t: 12 + legend,
        b: x.hidden ? 12 : 27 + 17 * title.length,
      },
      hoverlabel: { bgcolor: theme.background, font: { color: theme.text }, bordercolor: theme.line },
      hovermode: 'closest',
      showlegend: legend > 0,
      legend: { orientation: 'h', y: 1, yanchor: 'bottom', x: 0, font: { size: 12 } },
      bargap: 0.25,
      barmode: 'overlay',
      xaxis: {
        ...base,
        ...axisOf(x, look, code, hasCells ? 22 : 18),
        title: { text: title.map(code.plain).join('<br>'), standoff: 10 },
        ...(hasCells && x.names && columnsOf(x.names, Math.min(letters, longest), look, code)),
      },
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

/** The title of an axis in one line, or broken at a space near its middle where it has more than so many letters. */
export function titleLines(title: string, letters: number): string[] {
  const spaces = [...title].flatMap((letter, i) => (letter === ' ' ? [i] : []));
  if (title.length <= letters || spaces.length === 0) return [title];
  const middle = title.length / 2;
  const [at] = spaces.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return [title.slice(0, at), title.slice(at + 1)];
}

/** Height of the legend above a chart; 0 without one. */
export function legendHeight(
  marks: readonly Mark[],
  look: code.Look,
  { legendNames }: Pick<MarkCode, 'legendNames'>,
): number {
  const { width } = look;
  const names = new Set(legendNames(marks, look).values());
  let [lines, used] = [names.size > 0 ? 1 : 0, 0];
  for (const name of names) {
    const letters = [...name].reduce((sum, letter) => sum + (letter >= '\u2e80' ? 2 : 1), 0);
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

/**
 * Ticks for the columns of a heat map: whole names side by side where they fit, on several lines where that makes them
 * fit, else turned.
 *
 * @param letters - of the names of the rows, which take their room from the columns
 */
export function columnsOf(
  names: readonly string[],
  letters: number,
  { width, cut, apart }: code.Look,
  { plain }: Pick<MarkCode, 'plain'>,
): Partial<LayoutAxis> {
  const room = (width - 8 * letters - 40) / names.length / 7.5;
  const fits = (lines: readonly string[]): boolean => lines.every((line) => cut(line, room) === line);
  const broken = names.map((name) => name.split(/(?<=[\s/_-])/));
  const joined = broken.map((parts) => {
    const lines: string[] = [];
    for (const part of parts) {
      const longer = `${lines[lines.length - 1] ?? ''}${part}`;
      if (lines.length > 0 && fits([longer.trimEnd()])) lines[lines.length - 1] = longer;
      else lines.push(part);
    }
    return lines.map((line) => line.trimEnd());
  });
  const isFlat = names.length <= 12 && joined.every((lines) => fits(lines) && lines.length <= 3);
  const shown = isFlat
    ? joined.map((lines) => lines.map(plain).join('<br>'))
    : apart(names, 22, cut).map(plain);
  return {
    ...ticksOf(shown, 26),
    tickangle: isFlat ? 0 : -60,
    tickfont: { size: isFlat ? 13 : 11 },
    // Without it Plotly leaves out names that reach beyond the chart.
    ticklabeloverflow: 'allow',
  };
}

export function axisOf(
  axis: Axis,
  { cut, apart }: code.Look,
  { plain }: MarkCode,
  letters: number,
): Partial<LayoutAxis> {
  const { title, range, scale = 'linear', percent, ticks, names, hidden } = axis;
  const isLog = scale === 'log';
  const size = isLog ? Math.log10 : (value: number): number => value;
  const short = (texts: readonly string[]): string[] => apart(texts, letters, cut).map(plain);
  return {
    visible: !hidden,
    title: { text: plain(title), standoff: 10 },
    type: scale,
    range: range && [size(range[0]), size(range[1])],
    ...(percent && { tickformat: '.0%', nticks: 6 }),
    ...(isLog && { dtick: 1 }),
    ...(names && {
      ...ticksOf(short(names), 26),
      tickangle: names.length > 6 ? -60 : 0,
      tickfont: { size: names.length > 6 ? 10 : 13 },
      showgrid: false,
      zeroline: false,
    }),
    ...(ticks && {
      tickmode: 'array',
      tickvals: ticks.map(({ at }) => at),
      ticktext: short(ticks.map(({ text }) => text)),
    }),
  };
}

/** The functions that a page holds. */
export const PLOTLY_CODE = [titleLines, legendHeight, ticksOf, columnsOf, axisOf, plotlyOf];

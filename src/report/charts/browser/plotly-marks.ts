/**
 * From marks to Plotly's traces, shapes and annotations. Embedded in pages as source text: the functions use their
 * parameters, each other and the browser's globals only.
 */
import type { Annotation, Data, Shape } from 'plotly.js-dist';
import type { CellsMark, Chart, Mark, Tone } from '../chart.js';
import type { cutApart, cutText, nameLines } from './text.js';

/** Colours of the current colour scheme, as `#rrggbb`: Plotly reads no other form from a style sheet. */
export interface Theme {
  text: string;
  muted: string;
  line: string;
  background: string;
  positive: string;
  negative: string;
  series: readonly string[];
}

/** What a drawing depends on besides the chart. */
export interface Look {
  theme: Theme;
  /** Of the chart's element in CSS pixels. */
  width: number;
  /** Whether the pointer is a finger: it wants to scroll the page when it moves over a map. */
  isTouch: boolean;
  /** Red, green and blue of 256 levels of brightness. */
  magma: Uint8Array;
  cut: typeof cutText;
  apart: typeof cutApart;
  lines: typeof nameLines;
}

export function colourOf(tone: Tone, { series, positive, negative, ...roles }: Theme): string {
  if (typeof tone === 'number') return series[tone % series.length];
  return tone === 'higher' ? positive : tone === 'lower' ? negative : roles[tone];
}

/** Plotly reads its labels as HTML. */
export function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Lines under the pointer, the first of them bold. */
export function hoverText(text: string): string {
  const [head, ...rest] = text.split('\n').map(plain);
  return rest.length === 0 ? head : [`<b>${head}</b>`, ...rest].join('<br>');
}

/** Names of the legend, cut so that they stay different. */
export function legendNames(marks: readonly Mark[], { cut, apart }: Look): Map<string, string> {
  const names = marks.flatMap((mark) => ('name' in mark && mark.name ? [mark.name] : []));
  const shown = apart(names, 34, cut);
  return new Map(names.map((name, i) => [name, shown[i]]));
}

/** Traces of a mark; guides and words are not traces. */
export function tracesOf(mark: Mark, chart: Chart, look: Look): Data[] {
  if (mark.kind === 'guide' || mark.kind === 'text') return [];
  if (mark.kind === 'cells') return [cellsOf(mark, chart, look)];
  const { theme } = look;
  const { name, opacity = 1, x, y } = mark;
  const color = colourOf(mark.tone, theme);
  const base = {
    ...{ x, y, opacity },
    name: name === undefined ? '' : plain(legendNames(chart.marks, look).get(name)!),
    // Marks of one name are one entry.
    showlegend:
      name !== undefined && chart.marks.find((other) => 'name' in other && other.name === name) === mark,
    legendgroup: plain(name ?? ''),
  };
  if (mark.kind === 'line') {
    const { width = 2, dash = 'solid', step, ends, label = name, hover } = mark;
    const values = chart.x.hidden ? '' : `<br>${plain(chart.x.title)} %{x}: %{y:.4~g}`;
    const marker = {
      ...{ symbol: ends === 'y-caps' ? 'line-ew' : 'line-ns', size: 7, line: { color, width: 1.5 } },
      ...(ends === 'dots' && { symbol: 'circle', size: 6 }),
    };
    return [
      {
        ...{ ...base, type: 'scatter', mode: ends ? 'lines+markers' : 'lines', marker },
        line: { color, width, dash, shape: step ? 'vh' : 'linear' },
        hovertext: hover?.map(hoverText),
        hoverinfo: hover ? 'text' : 'skip',
        ...(label !== undefined && !hover && { hovertemplate: `${plain(label)}${values}<extra></extra>` }),
      } as Data,
    ];
  }
  const own = mark.kind === 'dots' ? mark.hover : undefined;
  const hovertext = y.map((row, i) => hoverText(own?.[i] ?? chart.rows?.[row ?? -1]?.hover ?? ''));
  const hoverinfo = hovertext.some((text) => text !== '') ? 'text' : 'skip';
  if (mark.kind === 'bars') {
    const { counts, width, from } = mark;
    const up = {
      ...{ width, customdata: counts?.values },
      marker: { color, line: { color: theme.background, width: 1 } },
      hovertemplate: `%{customdata} ${plain(counts?.unit ?? '')} around %{x:.3f}<extra></extra>`,
    };
    const across = { orientation: 'h', base: from, marker: { color }, hovertext, hoverinfo };
    return [{ ...base, type: 'bar', ...(counts ? up : across) } as Data];
  }
  const { size = 10, open, shape: symbol = 'circle', opacities, shades } = mark;
  const paint = shades
    ? {
        ...{ color: shades.values, cmin: 0, cmax: 1 },
        // Neither end of the scale may vanish in a light or in a dark page.
        colorscale: magmaScale(look.magma, 40),
        colorbar: { title: { text: shades.title }, thickness: 12, len: 0.6 },
      }
    : { color: open ? theme.background : color, line: { color, width: 2 } };
  const marker = { ...paint, size, symbol, opacity: opacities ?? opacity };
  return [{ ...base, type: 'scatter', mode: 'markers', marker, hovertext, hoverinfo } as Data];
}

/** Eleven steps of magma, from the brightness `from` on. */
export function magmaScale(magma: Uint8Array, from: number): [number, string][] {
  return Array.from({ length: 11 }, (_, step) => {
    const at = 3 * Math.round(from + ((255 - from) * step) / 10);
    return [step / 10, `rgb(${Array.from(magma.subarray(at, at + 3)).join(',')})`];
  });
}

export function cellsOf(mark: CellsMark, { x, y, rows = [] }: Chart, { theme, magma }: Look): Data {
  const { values, range, colours, texts, scaleTitle } = mark;
  const gap = rows.length > 30 || mark.x ? 0 : 1;
  const scale = {
    diverging: [
      [0, theme.negative],
      [0.5, theme.background],
      [1, theme.positive],
    ],
    share: [
      [0, theme.background],
      [1, theme.series[0]],
    ],
    magma: magmaScale(magma, 0),
  }[colours];
  const place = (title: string, name: string): string => (title === '' ? name : `${title} ${name}`);
  const column = (j: number): string =>
    mark.x ? `${mark.x[j]} ${x.title}` : place(x.title, x.names?.[j] ?? String(j));
  const hovertext = values.map((row, i) =>
    row.map((value, j) => {
      const said = texts?.[i][j] ?? value?.toFixed(2) ?? 'undefined';
      return plain(`${place(y?.title ?? '', rows[i].name)}, ${column(j)}: ${said}`);
    }),
  );
  return {
    ...{ type: 'heatmap', x: mark.x ?? values[0].map((_, i) => i), y: rows.map((_, i) => i), z: values },
    ...{ zmin: range[0], zmax: range[1], colorscale: scale, showscale: scaleTitle !== undefined },
    colorbar: {
      title: { text: scaleTitle ?? '' },
      thickness: 10,
      len: 0.8,
      outlinewidth: 0,
      tickformat: '.1f',
    },
    ...{ xgap: gap, ygap: gap, text: texts, hovertext, hoverinfo: 'text' },
    texttemplate: texts && rows.length <= 24 ? '%{text}' : undefined,
  } as Data;
}

export function guideOf(mark: Mark, { theme }: Look): Partial<Shape>[] {
  if (mark.kind !== 'guide') return [];
  const { x, tone, dash = 'dot' } = mark;
  const line = { color: colourOf(tone, theme), width: dash === 'dash' ? 1.5 : 1, dash };
  return [{ type: 'line', x0: x, x1: x, yref: 'paper', y0: 0, y1: 1, line }];
}

export function annotationOf(mark: Mark, { theme, cut }: Look): Partial<Annotation>[] {
  if (mark.kind !== 'text') return [];
  const { x, y, anchor = 'middle', shift = [0, 0], bold, tone } = mark;
  const text = plain(cut(mark.text, bold ? 30 : 40));
  return [
    {
      x,
      y,
      text: bold ? `<b>${text}</b>` : text,
      showarrow: false,
      xanchor: ({ start: 'left', middle: 'center', end: 'right' } as const)[anchor],
      xshift: shift[0],
      yshift: shift[1],
      font: { size: 11, color: colourOf(tone, theme) },
      bgcolor: theme.background,
      opacity: 0.9,
    },
  ];
}

/** The functions that a page holds. */
export const MARKS_CODE = [
  legendNames,
  plain,
  hoverText,
  colourOf,
  magmaScale,
  cellsOf,
  tracesOf,
  guideOf,
  annotationOf,
];

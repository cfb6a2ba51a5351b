/** Marks of charts as SVG elements. */
import { escapeHtml } from '../../base/format.js';
import { cutText } from './browser/text.js';
import type { CellsMark, DotsMark, LineMark, Mark, Tone } from './chart.js';

/** Colours that people with any kind of colour vision can tell apart, also on paper (Okabe and Ito 2008). */
const SERIES = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7457c8', '#6b7300'];
const ROLES = { text: '#000000', muted: '#808080', line: '#c0c0c0', higher: '#d55e00', lower: '#0072b2' };

/** Where a chart's values lie in the picture. */
export interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
  x: (value: number) => number;
  y: (value: number) => number;
}

/** A number with at most two decimals. */
export const round = (value: number): string => String(Number(value.toFixed(2)));

export const colour = (tone: Tone): string => (typeof tone === 'number' ? SERIES[tone % 8] : ROLES[tone]);

/** Words whose base line lies at y. */
export function text(x: number, y: number, words: string, anchor: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" ${attributes}>${escapeHtml(words)}</text>\n`;
}

export const dashOf = (mark: Mark): string =>
  'dash' in mark && mark.dash !== 'solid' && mark.dash !== undefined
    ? `stroke-dasharray="${mark.dash === 'dot' ? '3 3' : '7 4'}"`
    : '';

export function dot({ tone, open, shape, size = 10 }: DotsMark, x: number, y: number): string {
  const stroke = `fill="${open ? '#ffffff' : colour(tone)}" stroke="${colour(tone)}" stroke-width="1.4"`;
  const r = Math.max(1.6, size / 3);
  return shape === 'diamond'
    ? `<path d="M${round(x)} ${round(y - r - 1)}l${r + 1} ${r + 1} ${-r - 1} ${r + 1} ${-r - 1} ${-r - 1}z" ${stroke}/>\n`
    : `<circle cx="${round(x)}" cy="${round(y)}" r="${round(r)}" ${stroke}/>\n`;
}

/** Draws a mark; `rows` is the number of rows of its chart. */
export function drawMark(mark: Mark, place: Place, rows: number): string {
  const { x, y, top, height } = place;
  if (mark.kind === 'cells') return drawCells(mark, place);
  const ink = colour(mark.tone);
  const opacity = mark.opacity === undefined ? '' : ` opacity="${round(mark.opacity)}"`;
  switch (mark.kind) {
    case 'line':
      return `<path d="${linePath(mark, place)}" fill="none" stroke="${ink}" stroke-width="${mark.width ?? 2}" stroke-linejoin="round" ${dashOf(mark)}${opacity}/>\n`;
    case 'dots':
      return mark.x
        .map((at, i) => {
          const row = mark.y[i];
          return at === null || row === null ? '' : dot(mark, x(at), y(row));
        })
        .join('');
    case 'bars':
      return mark.x
        .map((at, i) => {
          if (at === null) return '';
          const thick = (0.72 * height) / rows;
          const [left, right, high, low] = mark.counts
            ? [
                x(at - mark.width! / 2),
                x(at + mark.width! / 2),
                Math.min(top + height, y(mark.y[i])),
                top + height,
              ]
            : [
                x(mark.from?.[i] ?? 0),
                x((mark.from?.[i] ?? 0) + at),
                y(mark.y[i]) - thick / 2,
                y(mark.y[i]) + thick / 2,
              ];
          return `<rect x="${round(left)}" y="${round(high)}" width="${round(right - left)}" height="${round(low - high)}" fill="${ink}"${opacity}/>\n`;
        })
        .join('');
    case 'guide':
      return `<path d="M${round(x(mark.x))} ${round(top)}v${round(height)}" stroke="${ink}" ${dashOf({ ...mark, dash: mark.dash ?? 'dot' })}/>\n`;
    case 'text': {
      const { anchor = 'middle', shift = [0, 0], bold } = mark;
      const weight = bold ? ' font-weight="bold"' : '';
      const words = cutText(mark.text, 30);
      return text(x(mark.x) + shift[0], y(mark.y) + 4 - shift[1], words, anchor, `fill="${ink}"${weight}`);
    }
  }
}

function linePath({ x, y, step, ends }: LineMark, place: Place): string {
  let path = '';
  let isDrawing = false;
  x.forEach((at, i) => {
    const value = y[i];
    if (value === null || !Number.isFinite(value)) {
      isDrawing = false;
      return;
    }
    const to = `${round(place.x(at))} ${round(place.y(value))}`;
    path += isDrawing ? `${step ? `V${round(place.y(value))}` : ''}L${to}` : `M${to}`;
    if (ends === 'x-caps') path += `m0 -3v6m0 -3`;
    else if (ends === 'y-caps') path += `m-3 0h6m-3 0`;
    isDrawing = true;
  });
  return path;
}

function drawCells({ values, range, colours, texts, x: centres }: CellsMark, place: Place): string {
  const wide = place.width / Math.max(1, values[0]?.length ?? 0);
  const high = place.height / values.length;
  return values
    .map((row, i) =>
      row
        .map((value, j) => {
          if (value === null) return '';
          const x = centres ? place.left + j * wide : place.x(j) - wide / 2;
          const y = place.y(i) - high / 2;
          const share = Math.max(0, Math.min(1, (value - range[0]) / (range[1] - range[0])));
          const [ink, strength] =
            colours === 'diverging'
              ? [share < 0.5 ? ROLES.lower : ROLES.higher, Math.abs(2 * share - 1)]
              : [colours === 'share' ? SERIES[0] : '#3b0f70', share];
          const on = `fill="${strength > 0.6 ? '#ffffff' : '#000000'}"`;
          const words = texts ? text(x + wide / 2, y + high / 2 + 4, texts[i][j], 'middle', on) : '';
          return `<rect x="${round(x)}" y="${round(y)}" width="${round(wide)}" height="${round(high)}" fill="${ink}" fill-opacity="${round(strength)}"/>\n${words}`;
        })
        .join(''),
    )
    .join('');
}

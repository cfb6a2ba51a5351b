/** Charts as SVG for a paper: vector, black on white, readable at column width. */
import stringWidth from 'string-width';
import { escapeHtml } from '../../base/format.js';
import { cutApart, cutText, describeChart, nameLines } from './browser/text.js';
import { type Axis, type Chart, legendOf } from './chart.js';
import { scaleOf, type Ticks } from './scale.js';
import { colour, dashOf, dot, drawMark, type Place, round, text } from './svg-marks.js';

/** Sizes in pixels. A letter's width is a mean: nothing measures text here; East Asian ones are twice as wide. */
const LETTER = 5.8;
const ROW = 16;
const PLOT = 300;
const LEGEND = 16;
const MOST_LETTERS = 44;

/** In letters. */
const widthOf = (words: string): number => stringWidth(words);

/**
 * Draws charts side by side.
 *
 * @param charts - at least one
 * @param note - a line under the picture, such as that the corpus is synthetic; null for none
 * @returns an SVG file
 */
export function svgFigure(charts: readonly Chart[], note: string | null): string {
  let [body, left, height] = ['', 0, 0];
  for (const chart of charts) {
    const drawn = drawChart(chart, left);
    body += drawn.body;
    left += drawn.width;
    height = Math.max(height, drawn.height);
  }
  if (note !== null) {
    body += text(left - 8, height + 8, note, 'end', 'fill="#8a5a00" font-style="italic"');
    height += 18;
  }
  const [title, description] = [charts[0].title, charts.map(describeChart).join(' ')];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(left)}" height="${round(height)}" viewBox="0 0 ${round(left)} ${round(height)}" ` +
    `font-family="Helvetica, Arial, 'Liberation Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif" font-size="11" fill="#000000" role="img">\n` +
    `<title>${escapeHtml(title)}</title>\n<desc>${escapeHtml(description)}</desc>\n` +
    `<rect width="100%" height="100%" fill="#ffffff"/>\n${body}</svg>\n`
  );
}

function drawChart(chart: Chart, from: number): { body: string; width: number; height: number } {
  const { title, x, y = { title: '' }, rows, marks } = chart;
  const names =
    rows &&
    nameLines(
      rows.map(({ name }) => name),
      MOST_LETTERS,
      cutText,
      cutApart,
    ).map((lines) => lines.join(' '));
  const letters = Math.max(0, ...(names ?? []).map(widthOf));
  const left = from + (rows ? 20 + LETTER * letters + (y.title ? 16 : 0) : y.hidden ? 16 : 56);
  const cells = marks.find((mark) => mark.kind === 'cells');
  const entries = legendOf(marks);
  const entryNames = cutApart(
    entries.map(({ name = '' }) => name),
    MOST_LETTERS,
    cutText,
  );
  const legend = legendLines(entryNames, PLOT).length;
  const top = 24 + LEGEND * legend;
  // Axes with one range, as those of an ROC curve, make a square.
  const isSquare = chart.plane || (x.range && x.range[1] === y.range?.[1]);
  const height = rows ? ROW * rows.length + 6 : isSquare ? PLOT : 0.8 * PLOT;
  const xs = scaleOf(x, marks, 'x');
  const ys = rows
    ? { at: (row: number) => 1 - (row + 0.5) / rows.length, ticks: [] }
    : scaleOf(y, marks, 'y');
  const place: Place = {
    ...{ left, top, width: PLOT, height },
    x: (value) => left + xs.at(value) * PLOT,
    y: (value) => top + (1 - ys.at(value)) * height,
  };
  const columns = x.names && cutApart(x.names, 22, cutText);
  const below = x.hidden ? 12 : columns ? 14 + 0.8 * LETTER * Math.max(...columns.map(widthOf)) : 36;
  const wide = left + PLOT - from;
  let body = text(from + 12, 14, cutText(title, Math.floor(wide / 6.6)), 'start', 'font-weight="bold"');
  body += drawLegend(entries, entryNames, left, 24);
  if (!x.hidden) body += drawXAxis(x, xs.ticks, columns, place, below);
  if (!y.hidden) body += drawYAxis(y, ys.ticks, names, place);
  if (!x.hidden && !y.hidden)
    body += `<path d="M${round(left)} ${top}V${round(top + height)}H${round(left + PLOT)}" fill="none" stroke="#000000"/>\n`;
  for (const mark of marks) body += drawMark(mark, place, rows?.length ?? 0);
  return { body, width: wide + (cells ? 24 : 16), height: top + height + below };
}

/** Legend entries in lines that are no wider than the plot. */
function legendLines(names: readonly string[], width: number): number[][] {
  const lines: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  names.forEach((name, i) => {
    const wide = 36 + LETTER * widthOf(name);
    if (used + wide > width) {
      lines.push([]);
      used = 0;
    }
    lines[lines.length - 1].push(i);
    used += wide;
  });
  return lines;
}

function drawLegend(
  entries: ReturnType<typeof legendOf>,
  names: readonly string[],
  left: number,
  top: number,
): string {
  let body = '';
  legendLines(names, PLOT).forEach((line, l) => {
    let x = left;
    const y = top + LEGEND * l + 8;
    for (const i of line) {
      const mark = entries[i];
      const stroke = colour(mark.tone);
      if (mark.kind === 'bars')
        body += `<rect x="${round(x)}" y="${y - 5}" width="18" height="10" fill="${stroke}" fill-opacity="${mark.opacity ?? 1}"/>\n`;
      else if (mark.kind === 'dots') body += dot(mark, x + 9, y);
      else body += `<path d="M${round(x)} ${y}h18" stroke="${stroke}" stroke-width="2" ${dashOf(mark)}/>\n`;
      const name = names[i];
      body += text(x + 22, y + 4, name, 'start');
      x += 36 + LETTER * widthOf(name);
    }
  });
  return body;
}

function drawXAxis(
  axis: Axis,
  ticks: Ticks,
  columns: readonly string[] | undefined,
  place: Place,
  below: number,
): string {
  const { left, top, width, height, x } = place;
  const bottom = top + height;
  let body = '';
  const shown = columns ? [] : ticks;
  const labels = cutApart(
    shown.map(({ text: label }) => label),
    18,
    cutText,
  );
  shown.forEach(({ at }, i) => {
    body += `<path d="M${round(x(at))} ${top}V${round(bottom)}" stroke="#e2e2e2"/>\n`;
    body += text(x(at), bottom + 14, labels[i], 'middle');
  });
  columns?.forEach((name, i) => {
    const where = `${round(x(i) + 3)} ${round(bottom + 10)}`;
    body += text(x(i) + 3, bottom + 10, name, 'end', `transform="rotate(-50 ${where})"`);
  });
  return body + text(left + width / 2, bottom + below - 6, axis.title, 'middle');
}

function drawYAxis(axis: Axis, ticks: Ticks, names: readonly string[] | undefined, place: Place): string {
  const { left, top, width, height, y } = place;
  let body = '';
  names?.forEach((name, i) => {
    body += text(left - 6, y(i) + 4, name, 'end');
  });
  for (const { at, text: label } of names ? [] : ticks) {
    body += `<path d="M${round(left)} ${round(y(at))}H${round(left + width)}" stroke="#e2e2e2"/>\n`;
    body += text(left - 5, y(at) + 4, cutText(label, 8), 'end');
  }
  if (axis.title === '') return body;
  const [x, middle] = [
    names ? left - 12 - LETTER * Math.max(...names.map(widthOf)) : left - 40,
    top + height / 2,
  ];
  return body + text(x, middle, axis.title, 'middle', `transform="rotate(-90 ${round(x)} ${round(middle)})"`);
}

/** A small writer for SVG charts that can stand in a paper: vector, black on white, readable at column width. */
import { escapeHtml } from '../kit/html.js';

/** An axis' range and name. */
export interface Axis {
  title: string;
  from: number;
  to: number;
  ticks: readonly number[];
}

/** Where a chart lies in the picture and what its axes are. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: Axis;
  y: Axis;
}

/** Colours that people with any kind of colour vision can tell apart, also on paper (Okabe and Ito 2008). */
export const PAPER_COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'] as const;

const number = (value: number): string => String(Number(value.toFixed(2)));

/**
 * Round numbers that part a range.
 *
 * @param from - the low end
 * @param to - the high end
 * @param about - how many ticks are wanted
 * @returns multiples of 1, 2 or 5 times a power of ten within the range
 */
export function roundTicks(from: number, to: number, about = 5): number[] {
  const raw = (to - from) / about;
  if (!(raw > 0) || !Number.isFinite(raw)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++)
    ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/**
 * A whole picture.
 *
 * @param width - in pixels
 * @param height - in pixels
 * @param title - for people who cannot see it
 * @param note - a line under the picture, or null
 * @param body - SVG elements
 * @returns an SVG file
 */
export function svgPicture(
  width: number,
  height: number,
  title: string,
  note: string | null,
  body: string,
): string {
  const below = note === null ? 0 : 18;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + below}" viewBox="0 0 ${width} ${height + below}" ` +
    `font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" font-size="11" fill="#000000" role="img">\n` +
    `<title>${escapeHtml(title)}</title>\n<rect width="100%" height="100%" fill="#ffffff"/>\n${body}` +
    `${note === null ? '' : svgText(width - 8, height + 8, note, 'end', 'fill="#8a5a00" font-style="italic"')}</svg>\n`
  );
}

/**
 * A line of text.
 *
 * @param x - where it is anchored
 * @param y - its base line
 * @param text - any text
 * @param anchor - which part of it lies at `x`
 * @param attributes - further SVG attributes
 * @returns an SVG element
 */
export function svgText(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end',
  attributes = '',
): string {
  return `<text x="${number(x)}" y="${number(y)}" text-anchor="${anchor}" ${attributes}>${escapeHtml(text)}</text>\n`;
}

/**
 * A chart's axes: a light grid, ticks and names.
 *
 * @param frame - the chart
 * @returns SVG elements
 */
export function svgAxes(frame: Frame): string {
  const { left, top, width, height, x, y } = frame;
  const place = placing(frame);
  let out = '';
  for (const tick of x.ticks) {
    const at = number(place.x(tick));
    out += `<path d="M${at} ${top}V${top + height}" stroke="#e2e2e2"/>\n`;
    out += svgText(place.x(tick), top + height + 14, String(tick), 'middle');
  }
  for (const tick of y.ticks) {
    const at = number(place.y(tick));
    out += `<path d="M${left} ${at}H${left + width}" stroke="#e2e2e2"/>\n`;
    out += svgText(left - 5, place.y(tick) + 4, String(tick), 'end');
  }
  out += `<path d="M${left} ${top}V${top + height}H${left + width}" fill="none" stroke="#000000"/>\n`;
  out += svgText(left + width / 2, top + height + 31, x.title, 'middle');
  const middle = top + height / 2;
  return y.title === ''
    ? out
    : out +
        svgText(
          left - 36,
          middle,
          y.title,
          'middle',
          `transform="rotate(-90 ${left - 36} ${number(middle)})"`,
        );
}

/**
 * A line through points; points without a value part it.
 *
 * @param frame - the chart
 * @param x - the points' x
 * @param y - the points' y, null where undefined
 * @param stroke - SVG attributes of the line: colour, width
 * @returns an SVG element
 */
export function svgLine(
  frame: Frame,
  x: ArrayLike<number>,
  y: ArrayLike<number | null>,
  stroke: string,
): string {
  const place = placing(frame);
  let path = '';
  let drawing = false;
  for (let i = 0; i < x.length; i++) {
    const value = y[i];
    if (value === null || !Number.isFinite(value)) {
      drawing = false;
      continue;
    }
    path += `${drawing ? 'L' : 'M'}${number(place.x(x[i]))} ${number(place.y(value))}`;
    drawing = true;
  }
  return `<path d="${path}" fill="none" stroke-linejoin="round" ${stroke}/>\n`;
}

/**
 * From values to places in the picture.
 *
 * @param frame - the chart
 * @returns functions for both axes, in pixels; y grows upwards
 */
export function placing({ left, top, width, height, x, y }: Frame): {
  x: (value: number) => number;
  y: (value: number) => number;
} {
  const share = (value: number, axis: Axis): number =>
    axis.to === axis.from ? 0.5 : (value - axis.from) / (axis.to - axis.from);
  return {
    x: (value) => left + share(value, x) * width,
    y: (value) => top + (1 - share(value, y)) * height,
  };
}

/** A forest plot: differences with their intervals, a line each. */
import type { Interval } from '../../eval/metrics.js';
import { type Frame, PAPER_COLOURS, placing, roundTicks, svgAxes, svgPicture, svgText } from './svg.js';

/** A line of a forest plot. */
export interface ForestRow {
  name: string;
  difference: number;
  interval: Interval | null;
  /** Whether the difference stands after correction. */
  certain: boolean;
}

const ROW = 16;
const WIDTH = 320;
/** Of a bold letter, about. */
const BOLD_WIDTH = 6.6;
/** Room for a line's name, in characters. */
const NAME = 44;

/**
 * Draws differences around a line at zero.
 *
 * @param title - of the picture
 * @param rows - the differences, from top to bottom
 * @param legend - what a filled dot means
 * @param note - a line under the picture, or null
 * @returns an SVG file, or null without a difference
 */
export function forestFigure(
  title: string,
  rows: readonly ForestRow[],
  legend: string,
  note: string | null,
): string | null {
  if (rows.length === 0) return null;
  const ends = rows.flatMap(({ difference, interval }) => [difference, ...(interval ?? [])]);
  const reach = 1.05 * Math.max(1e-6, ...ends.map(Math.abs));
  const frame: Frame = {
    left: 20 + 6 * Math.min(NAME, Math.max(...rows.map(({ name }) => name.length))),
    top: 28,
    width: WIDTH,
    height: ROW * rows.length + 6,
    x: { title: '', from: -reach, to: reach, ticks: roundTicks(-reach, reach) },
    y: { title: '', from: 0, to: 1, ticks: [] },
  };
  const place = placing(frame);
  const at = (value: number): string => place.x(value).toFixed(2);
  let body = svgAxes(frame);
  body += `<path d="M${at(0)} ${frame.top}v${frame.height}" stroke="#000000" stroke-dasharray="3 3"/>\n`;
  rows.forEach(({ name, difference, interval, certain }, i) => {
    const y = frame.top + 3 + ROW * i + ROW / 2;
    const colour = certain ? PAPER_COLOURS[difference > 0 ? 0 : 1] : '#808080';
    const short = name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name;
    body += svgText(frame.left - 6, y + 4, short, 'end');
    if (interval)
      body += `<path d="M${at(interval[0])} ${y}H${at(interval[1])}" stroke="${colour}" stroke-width="1.6"/>\n`;
    body += `<circle cx="${at(difference)}" cy="${y}" r="3.2" fill="${certain ? colour : '#ffffff'}" stroke="${colour}" stroke-width="1.4"/>\n`;
  });
  const width = frame.left + WIDTH + 16;
  const fitting = Math.floor(width / BOLD_WIDTH);
  const heading = title.length > fitting ? `${title.slice(0, fitting - 1)}…` : title;
  body += svgText(width - 8, 12, heading, 'end', 'font-weight="bold"');
  body += svgText(width - 8, 24, legend, 'end', 'fill="#606060"');
  return svgPicture(width, frame.top + frame.height + 24, title, note, body);
}

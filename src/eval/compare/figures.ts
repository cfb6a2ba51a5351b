/** The figures of a comparison, for a paper. */
import {
  type Frame,
  PAPER_COLOURS,
  placing,
  roundTicks,
  svgAxes,
  svgPicture,
  svgText,
} from '../figures/svg.js';
import type { Interval } from '../metrics.js';
import { CERTAIN, type Comparison, type GroupPair } from './comparison.js';
import { COMPARED_METRICS } from './paired-bootstrap.js';
import { METRIC_NAMES } from './tables.js';

/** A line of a forest plot. */
interface ForestRow {
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
 * Draws the figures of a comparison: a forest plot of the differences of each metric, and the gains and losses of
 * each experiment over the first one, label by label.
 *
 * @param comparison - what is said
 * @returns file names and contents; none where there is nothing to compare
 */
export function comparisonFigures(comparison: Comparison): [string, string][] {
  const { groups, pairs, synthetic } = comparison;
  const note = synthetic === null ? null : 'synthetic corpus';
  const nameOf = ({ first, second }: GroupPair): string => `${groups[second].label} − ${groups[first].label}`;
  const forests = COMPARED_METRICS.map((metric): [string, string | null] => [
    `differences-${metric.replace('_', '-')}.svg`,
    forestFigure(
      `Difference in ${METRIC_NAMES[metric]}`,
      pairs.flatMap((pair): ForestRow[] => {
        const { difference, interval, pHolm } = pair.metrics[metric];
        return difference === null
          ? []
          : [{ name: nameOf(pair), difference, interval, certain: pHolm !== null && pHolm < CERTAIN }];
      }),
      note,
    ),
  ]);
  const gains = pairs
    .filter(({ first }) => first === 0)
    .map((pair): [string, string | null] => [
      `labels-${pair.second + 1}-against-1.svg`,
      forestFigure(
        `Difference in ROC-AUC, ${nameOf(pair)}`,
        pair.labels
          .flatMap(({ label, difference, interval, pHolm }): ForestRow[] =>
            difference === null
              ? []
              : [{ name: label, difference, interval, certain: pHolm !== null && pHolm < CERTAIN }],
          )
          .sort((a, b) => b.difference - a.difference),
        note,
      ),
    ]);
  return [...forests, ...gains].flatMap(([name, text]): [string, string][] =>
    text === null ? [] : [[name, text]],
  );
}

function forestFigure(title: string, rows: readonly ForestRow[], note: string | null): string | null {
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
  body += svgText(width - 8, 24, `filled: p < ${CERTAIN} after Holm`, 'end', 'fill="#606060"');
  return svgPicture(width, frame.top + frame.height + 24, title, note, body);
}

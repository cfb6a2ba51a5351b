/** The critical-difference diagram of Demšar (2006): mean ranks on a line, joined where they cannot be told apart. */

import type { LabelRanks } from '../../../eval/difference/label-ranks.js';
import { svgPicture, svgText } from '../../figures/svg.js';

const WIDTH = 360;
const SIDE = 190;
const TOP = 62;
const ROW = 18;
/** Letters of a name. */
const NAME = 30;

/**
 * The widest groups of neighbouring experiments whose mean ranks lie within the critical difference.
 *
 * @param mean - mean ranks in rising order
 * @param criticalDifference - of Nemenyi
 * @returns first and last place of each group of two or more; none within another
 */
export function cliques(mean: readonly number[], criticalDifference: number): [number, number][] {
  const found: [number, number][] = [];
  for (let from = 0; from < mean.length; from++) {
    let to = from;
    while (to + 1 < mean.length && mean[to + 1] - mean[from] < criticalDifference) to++;
    if (to > from && (found.at(-1)?.[1] ?? -1) < to) found.push([from, to]);
  }
  return found;
}

/**
 * Draws the diagram.
 *
 * @param ranks - of the experiments
 * @param names - theirs
 * @param note - a line under the picture, or null
 * @returns an SVG file
 */
export function rankFigure(ranks: LabelRanks, names: readonly string[], note: string | null): string {
  const order = ranks.mean.map((_, i) => i).sort((a, b) => ranks.mean[a] - ranks.mean[b] || a - b);
  const mean = order.map((i) => ranks.mean[i]);
  const last = order.length;
  const x = (rank: number): number => SIDE + ((rank - 1) / (last - 1)) * WIDTH;
  const at = (value: number): string => value.toFixed(2);
  const path = (d: string, width = 1): string =>
    `<path d="${d}" fill="none" stroke="#000000" stroke-width="${width}"/>\n`;
  let body = path(`M${at(x(1))} ${TOP}H${at(x(last))}`);
  for (let rank = 1; rank <= last; rank++) {
    body += path(`M${at(x(rank))} ${TOP}v-6`);
    body += svgText(x(rank), TOP - 10, String(rank), 'middle');
  }
  const reach = Math.min(ranks.criticalDifference, last - 1);
  body += path(`M${at(x(1))} 24v8m0 -4H${at(x(1 + reach))}m0 -4v8`, 1.4);
  body += svgText(x(1), 16, `critical difference ${ranks.criticalDifference.toFixed(2)}`, 'start');
  const bars = cliques(mean, ranks.criticalDifference);
  bars.forEach(([from, to], i) => {
    const y = TOP + 8 + 6 * i;
    body += path(`M${at(x(mean[from]) - 3)} ${y}H${at(x(mean[to]) + 3)}`, 3.4);
  });
  const half = Math.ceil(last / 2);
  const below = TOP + 14 + 6 * bars.length;
  order.forEach((experiment, place) => {
    const onLeft = place < half;
    // The outermost name stands highest, so that no line crosses another.
    const y = below + ROW * (onLeft ? place : last - 1 - place) + 8;
    const edge = onLeft ? SIDE - 8 : SIDE + WIDTH + 8;
    body += path(`M${at(x(mean[place]))} ${TOP}V${y}H${edge}`);
    const name = names[experiment];
    const short = name.length > NAME ? `${name.slice(0, NAME - 1)}…` : name;
    body += svgText(edge + (onLeft ? -4 : 4), y + 4, short, onLeft ? 'end' : 'start');
  });
  const title = `Mean ranks over ${ranks.labels} labels`;
  return svgPicture(WIDTH + 2 * SIDE, below + ROW * half + 12, title, note, body);
}

/** Loss and the followed metric over epochs. */
import type { RunReport } from '../../eval/run-report.js';
import {
  type Axis,
  type Frame,
  PAPER_COLOURS,
  roundTicks,
  svgAxes,
  svgLine,
  svgPicture,
  svgText,
} from './svg.js';

/**
 * Draws the training curves.
 *
 * @param report - the run
 * @param note - a line under the picture, or null
 * @returns an SVG file, or null when nothing was trained
 */
export function trainingFigure({ history }: RunReport, note: string | null): string | null {
  const last = history.at(-1);
  if (!last) return null;
  const epochs = history.map((record) => record.epoch);
  const training = history.map((record) => record.train_loss);
  const validation = history.map((record) => record.validation_loss);
  const metric = history.map((record) => record.validation_metric);
  const x: Axis = {
    title: 'Epoch',
    from: epochs[0],
    to: last.epoch,
    ticks: roundTicks(epochs[0], last.epoch).filter(Number.isInteger),
  };
  const size = { top: 28, width: 240, height: 190, x };
  const losses: Frame = { ...size, left: 56, y: axisOver('Loss', [...training, ...validation]) };
  const metrics: Frame = { ...size, left: 366, y: axisOver(last.metric, metric) };
  const stroke = (i: number): string => `stroke="${PAPER_COLOURS[i]}" stroke-width="1.6"`;
  const key = (at: number, i: number, name: string): string =>
    `<path d="M${at} 14h18" ${stroke(i)}/>\n${svgText(at + 23, 18, name, 'start')}`;
  const body =
    svgAxes(losses) +
    svgLine(losses, epochs, training, stroke(0)) +
    svgLine(losses, epochs, validation, stroke(1)) +
    key(losses.left, 0, 'training') +
    key(losses.left + 90, 1, 'validation') +
    svgAxes(metrics) +
    svgLine(metrics, epochs, metric, stroke(2)) +
    key(metrics.left, 2, `validation ${last.metric}`);
  return svgPicture(622, 262, 'Training curves', note, body);
}

function axisOver(title: string, values: readonly (number | null)[]): Axis {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  let from = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let to = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(from < to)) {
    const middle = finite[0] ?? 0.5;
    from = middle - 0.5;
    to = middle + 0.5;
  }
  const margin = 0.05 * (to - from);
  return { title, from: from - margin, to: to + margin, ticks: roundTicks(from - margin, to + margin) };
}

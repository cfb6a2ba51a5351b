/** ROC and precision-recall curves of all labels, thin, with their mean, thick. */
import { type Curve, precisionRecallCurve, rocCurve, thinCurve } from '../../eval/curves.js';
import { metricText } from '../../eval/format.js';
import { labelColumn } from '../../eval/label-columns.js';
import type { RunReport } from '../../eval/run-report.js';
import { type Frame, PAPER_COLOURS, svgAxes, svgLine, svgPicture, svgText } from './svg.js';

const UNIT_TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Where the mean curve is evaluated. */
const GRID = Float64Array.from({ length: 201 }, (_, i) => i / 200);

/**
 * Draws the ROC curves of a run.
 *
 * @param report - the run
 * @param note - a line under the picture, or null
 * @returns an SVG file, or null when no label has a curve
 */
export function rocFigure(report: RunReport, note: string | null): string | null {
  const { macro } = report.metrics.roc_auc;
  return rankFigure(report, note, rocCurve, 'False positive rate', 'True positive rate', {
    title: `mean ROC curve, AUC ${metricText(macro)}`,
    diagonal: true,
  });
}

/**
 * Draws the precision-recall curves of a run.
 *
 * @param report - the run
 * @param note - a line under the picture, or null
 * @returns an SVG file, or null when no label has a curve
 */
export function precisionRecallFigure(report: RunReport, note: string | null): string | null {
  const { macro } = report.metrics.pr_auc;
  return rankFigure(report, note, precisionRecallCurve, 'Recall', 'Precision', {
    title: `mean precision, average precision ${metricText(macro)}`,
    diagonal: false,
  });
}

function rankFigure(
  { predictions }: RunReport,
  note: string | null,
  curveOf: typeof rocCurve,
  xTitle: string,
  yTitle: string,
  options: { title: string; diagonal: boolean },
): string | null {
  const curves = predictions.labels.flatMap((_, j) => {
    const { scores, targets } = labelColumn(predictions, j);
    return curveOf(scores, targets) ?? [];
  });
  if (curves.length === 0) return null;
  const frame: Frame = {
    left: 52,
    top: 28,
    width: 300,
    height: 300,
    x: { title: xTitle, from: 0, to: 1, ticks: UNIT_TICKS },
    y: { title: yTitle, from: 0, to: 1, ticks: UNIT_TICKS },
  };
  let body = svgAxes(frame);
  if (options.diagonal) body += svgLine(frame, [0, 1], [0, 1], 'stroke="#808080" stroke-dasharray="3 3"');
  for (const curve of curves) {
    const { x, y } = thinCurve(curve, 120);
    body += svgLine(frame, x, y, `stroke="${PAPER_COLOURS[0]}" stroke-opacity="0.22" stroke-width="0.8"`);
  }
  const mean = GRID.map((x) => curves.reduce((sum, curve) => sum + valueAt(curve, x), 0) / curves.length);
  body += svgLine(frame, GRID, mean, `stroke="${PAPER_COLOURS[1]}" stroke-width="2.2"`);
  body += `<path d="M${frame.left} 14h18" stroke="${PAPER_COLOURS[1]}" stroke-width="2.2"/>\n`;
  body += svgText(frame.left + 24, 18, options.title, 'start');
  return svgPicture(366, 372, `${yTitle} against ${xTitle.toLowerCase()}`, note, body);
}

/** The curve's value at x, linear between its points; at a jump the last one. */
function valueAt({ x, y }: Curve, at: number): number {
  let low = 0;
  let high = x.length - 1;
  if (at >= x[high]) return y[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  const width = x[high] - x[low];
  return width === 0 ? y[high] : y[low] + ((at - x[low]) / width) * (y[high] - y[low]);
}

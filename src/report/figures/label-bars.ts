/** A bar for each label's ROC-AUC and a mark for its average precision, best first. */
import type { RunReport } from '../../eval/run-report.js';
import { type Frame, PAPER_COLOURS, placing, svgAxes, svgPicture, svgText } from './svg.js';

const ROW = 14;

/**
 * Draws the labels' rank metrics.
 *
 * @param report - the run
 * @param note - a line under the picture, or null
 * @returns an SVG file, or null when no label is defined
 */
export function labelBarsFigure({ metrics }: RunReport, note: string | null): string | null {
  const labels = metrics.per_label.flatMap(({ label, roc_auc, pr_auc }) =>
    roc_auc === null || pr_auc === null ? [] : [{ label, rocAuc: roc_auc, prAuc: pr_auc }],
  );
  if (labels.length === 0) return null;
  labels.sort((a, b) => b.rocAuc - a.rocAuc);
  const frame: Frame = {
    left: 150,
    top: 28,
    width: 300,
    height: ROW * labels.length + 6,
    x: { title: '', from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    y: { title: '', from: 0, to: 1, ticks: [] },
  };
  const place = placing(frame);
  let body = svgAxes(frame);
  labels.forEach(({ label, rocAuc, prAuc }, i) => {
    const y = frame.top + 3 + ROW * i;
    const name = label.length > 24 ? `${label.slice(0, 23)}…` : label;
    const width = (place.x(rocAuc) - frame.left).toFixed(2);
    body += svgText(frame.left - 6, y + ROW - 4, name, 'end');
    body += `<rect x="${frame.left}" y="${y + 2}" width="${width}" height="${ROW - 4}" fill="${PAPER_COLOURS[5]}"/>\n`;
    body += `<circle cx="${place.x(prAuc).toFixed(2)}" cy="${y + ROW / 2}" r="3" fill="${PAPER_COLOURS[1]}"/>\n`;
  });
  body += `<rect x="${frame.left}" y="9" width="18" height="10" fill="${PAPER_COLOURS[5]}"/>\n`;
  body += svgText(frame.left + 24, 18, 'ROC-AUC', 'start');
  body += `<circle cx="${frame.left + 106}" cy="14" r="3" fill="${PAPER_COLOURS[1]}"/>\n`;
  body += svgText(frame.left + 115, 18, 'average precision', 'start');
  return svgPicture(470, frame.top + frame.height + 24, 'ROC-AUC and average precision by label', note, body);
}

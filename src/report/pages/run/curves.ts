/** ROC and precision-recall curves: chosen labels in the page, all of them with their mean for a paper. */
import { rounded } from '../../../base/format.js';
import { type Curve, precisionRecallCurve, rocCurve, thinCurve } from '../../../eval/curves.js';
import { metricText } from '../../../eval/format.js';
import { labelColumn } from '../../../eval/predictions.js';
import type { RunReport } from '../../../eval/run-report.js';
import { type Axis, type Chart, diagonal, type LineMark, lineStyle } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

/** A label's curves, and the areas under them. */
interface LabelCurves {
  label: string;
  roc: Curve;
  rocAuc: number;
  precisionRecall: Curve;
  prAuc: number;
}

/** Points of a curve that can be told apart on a screen. */
const POINTS = 160;

/** Where the mean curve is evaluated. */
const GRID = Array.from({ length: 201 }, (_, i) => i / 200);

const share = (title: string): Axis => ({ title, range: [0, 1.005] });
const KINDS = {
  roc: { title: 'ROC curves', x: share('false positive rate'), y: share('true positive rate') },
  precisionRecall: { title: 'Precision-recall curves', x: share('recall'), y: share('precision') },
};

/** The curves of labels that have both, best ROC-AUC first. */
function curvesOf({ predictions, metrics }: RunReport): LabelCurves[] {
  return predictions.labels
    .flatMap((label, j): LabelCurves[] => {
      const { scores, targets } = labelColumn(predictions, j);
      const [roc, precisionRecall] = [rocCurve(scores, targets), precisionRecallCurve(scores, targets)];
      const { roc_auc: rocAuc, pr_auc: prAuc } = metrics.per_label[j];
      if (!roc || !precisionRecall || rocAuc === null || prAuc === null) return [];
      return [{ label, roc, rocAuc, precisionRecall, prAuc }];
    })
    .sort((a, b) => b.rocAuc - a.rocAuc);
}

function lineOf(curve: Curve, look: Omit<LineMark, 'kind' | 'x' | 'y'>): LineMark {
  const { x, y } = thinCurve(curve, POINTS);
  const short = (values: Float64Array): number[] => Array.from(values, (value) => rounded(value));
  return { kind: 'line', x: short(x), y: short(y), ...look };
}

/** The curves of all labels, faint, with their mean, for a paper; none where no label has any. */
export function rankFigure(report: RunReport, kind: keyof typeof KINDS): Chart[] {
  const curves = curvesOf(report).map((label) => label[kind]);
  if (curves.length === 0) return [];
  const mean = GRID.map((x) => curves.reduce((sum, curve) => sum + valueAt(curve, x), 0) / curves.length);
  const name =
    kind === 'roc'
      ? `mean, AUC ${metricText(report.metrics.roc_auc.macro)}`
      : `mean, average precision ${metricText(report.metrics.pr_auc.macro)}`;
  return [
    {
      ...KINDS[kind],
      marks: [
        ...(kind === 'roc' ? [diagonal()] : []),
        ...curves.map((curve) => lineOf(curve, { tone: 0, opacity: 0.22, width: 0.8 })),
        { kind: 'line', x: GRID, y: mean, tone: 1, width: 2.2, name },
      ],
    },
  ];
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

/** The section of ROC and precision-recall curves. */
export function curvesSection(report: RunReport): Section | null {
  const curves = curvesOf(report);
  if (curves.length === 0) return null;
  const first = new Set([0, 0.25, 0.5, 0.75, 1].map((at) => Math.round(at * (curves.length - 1))));
  const chart = (kind: keyof typeof KINDS, area: (label: LabelCurves) => number): Chart => ({
    ...KINDS[kind],
    marks: [
      ...(kind === 'roc' ? [diagonal()] : []),
      ...curves.map((label, i) =>
        lineOf(label[kind], {
          ...{ ...lineStyle(i), series: i, step: kind === 'precisionRecall' },
          name: `${label.label} ${area(label).toFixed(3)}`,
        }),
      ),
    ],
    height: 390,
  });
  return {
    id: 'curves',
    title: 'ROC and precision-recall curves',
    link: 'Curves',
    html: html`${figure({
      name: 'curves',
      chooser: {
        label: 'Choose labels',
        hint: 'shown first: the best, the worst and three between',
        series: curves.map(({ label, rocAuc }, i) => ({
          name: label,
          hint: metricText(rocAuc, 2),
          shown: first.has(i),
        })),
      },
      panels: [
        { charts: [chart('roc', ({ rocAuc }) => rocAuc)] },
        { charts: [chart('precisionRecall', ({ prAuc }) => prAuc)] },
      ],
    })}
    <p class="aside">Numbers in the legends: area under the ROC curve; average precision.</p>`,
  };
}

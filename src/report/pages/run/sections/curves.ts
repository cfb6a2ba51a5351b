/** ROC and precision-recall curves of chosen labels. */

import { rounded } from '../../../../base/format.js';
import { type Curve, precisionRecallCurve, rocCurve, thinCurve } from '../../../../eval/curves.js';
import { metricText } from '../../../../eval/format.js';
import { labelColumn } from '../../../../eval/label-columns.js';
import type { RunReport } from '../../../../eval/run-report.js';
import type { Page } from '../../../kit/browser/page.js';
import { html } from '../../../kit/html.js';
import { defineSection } from '../../../kit/section.js';

interface LabelCurves {
  label: string;
  rocAuc: number;
  prAuc: number;
  roc: { x: number[]; y: number[] };
  precisionRecall: { x: number[]; y: number[] };
  /** Whether it is among the curves that are shown first. */
  first: boolean;
}

/** As many points of a curve as can be told apart on a screen, and fewer for many labels. */
const POINTS = 160;

function plain(curve: Curve): { x: number[]; y: number[] } {
  const { x, y } = thinCurve(curve, POINTS);
  return { x: Array.from(x, (value) => rounded(value)), y: Array.from(y, (value) => rounded(value)) };
}

function labelCurves({ predictions, metrics }: RunReport): LabelCurves[] | null {
  const curves = predictions.labels.flatMap((label, j): LabelCurves[] => {
    const { scores, targets } = labelColumn(predictions, j);
    const roc = rocCurve(scores, targets);
    const precisionRecall = precisionRecallCurve(scores, targets);
    const { roc_auc, pr_auc } = metrics.per_label[j];
    if (!roc || !precisionRecall || roc_auc === null || pr_auc === null) return [];
    return [
      {
        label,
        rocAuc: roc_auc,
        prAuc: pr_auc,
        roc: plain(roc),
        precisionRecall: plain(precisionRecall),
        first: false,
      },
    ];
  });
  if (curves.length === 0) return null;
  curves.sort((a, b) => b.rocAuc - a.rocAuc);
  for (const at of [0, 0.25, 0.5, 0.75, 1]) curves[Math.round(at * (curves.length - 1))].first = true;
  return curves;
}

/** Browser code: the curves of the ticked labels. */
function drawCurves(page: Page, data: LabelCurves[], host: HTMLElement): void {
  const boxes = Array.from(host.querySelectorAll<HTMLInputElement>('input[type=checkbox]'));
  const rocHost = host.querySelector<HTMLElement>('.roc')!;
  const precisionHost = host.querySelector<HTMLElement>('.precision')!;
  const update = (): void => {
    const chosen = boxes.flatMap((box) => (box.checked ? [Number(box.value)] : []));
    const name = (i: number, area: number): string => `${page.plain(data[i].label)} ${area.toFixed(3)}`;
    // Each chart's legend stands under it: it would cover the plot at the width of a telephone.
    const legend = { orientation: 'h' as const, y: -0.2, yanchor: 'top' as const, x: 0, font: { size: 12 } };
    const rows = Math.ceil(chosen.length / 2);
    for (const chart of [rocHost, precisionHost]) chart.style.height = `${370 + 19 * rows}px`;
    const margin = { l: 48, r: 12, t: 12, b: 60 + 19 * rows };
    page.plot(rocHost, (theme) => ({
      traces: [
        ...chosen.map((i) => ({
          type: 'scatter' as const,
          mode: 'lines' as const,
          name: name(i, data[i].rocAuc),
          ...data[i].roc,
          line: { color: theme.series[i % theme.series.length] },
        })),
        { ...page.diagonal(theme), showlegend: false },
      ],
      layout: {
        margin,
        legend,
        showlegend: true,
        xaxis: { title: { text: 'false positive rate' }, range: [0, 1] },
        yaxis: { title: { text: 'true positive rate' }, range: [0, 1.01] },
      },
    }));
    page.plot(precisionHost, (theme) => ({
      traces: chosen.map((i) => ({
        type: 'scatter' as const,
        mode: 'lines' as const,
        name: name(i, data[i].prAuc),
        ...data[i].precisionRecall,
        line: { color: theme.series[i % theme.series.length], shape: 'vh' as const },
      })),
      layout: {
        margin,
        legend,
        showlegend: true,
        xaxis: { title: { text: 'recall' }, range: [0, 1] },
        yaxis: { title: { text: 'precision' }, range: [0, 1.01] },
      },
    }));
  };
  const filter = host.querySelector<HTMLInputElement>('[name=filter]')!;
  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    boxes.forEach((box, i) => {
      box.parentElement!.hidden = !data[i].label.toLowerCase().includes(wanted);
    });
  });
  host.querySelector('[name=none]')!.addEventListener('click', () => {
    for (const box of boxes) box.checked = false;
    update();
  });
  for (const box of boxes) box.addEventListener('change', update);
  update();
}

/** Makes the section of ROC and precision-recall curves; absent when no label has both. */
export const curves = defineSection<LabelCurves[]>({
  id: 'curves',
  title: 'ROC and precision-recall curves',
  data: labelCurves,
  html: (data) => html`<details class="chooser">
      <summary>Choose labels <span class="hint">(shown first: the best, the worst and three between)</span></summary>
      <div class="controls">
        <label>Filter <input name="filter" type="search" placeholder="part of a name"></label>
        <button type="button" name="none">Clear</button>
      </div>
      <div class="boxes">${data.map(
        (curve, i) =>
          html`<label><input type="checkbox" value="${i}"${curve.first && html` checked`}> ${curve.label} <span class="hint">${metricText(curve.rocAuc, 2)}</span></label>`,
      )}</div>
    </details>
    <div class="pair"><div class="plot roc"></div><div class="plot precision"></div></div>
    <p class="aside">Numbers in the legends: area under the ROC curve; average precision.</p>`,
  draw: [drawCurves],
});

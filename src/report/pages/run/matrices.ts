/** Which labels are confused, and which go together: heat maps over pairs of labels. */
import { rounded } from '../../../base/format.js';
import { correlateColumns, orderByLikeness } from '../../../eval/correlation.js';
import type { RunReport } from '../../../eval/run-report.js';
import type { Chart } from '../../charts/chart.js';
import { figure } from '../../charts/figure.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';

/** The confusion matrix of classes. */
export function confusionSection({ metrics, predictions }: RunReport): Section | null {
  const { confusion } = metrics;
  if (!confusion) return null;
  const { labels } = predictions;
  const shares = confusion.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    return row.map((count) => count / total);
  });
  const texts = confusion.map((row) => row.map(String));
  const chart: Chart = {
    title: 'Confusion matrix',
    x: { title: 'predicted', names: labels },
    y: { title: 'true' },
    rows: labels.map((name) => ({ name })),
    marks: [{ kind: 'cells', values: shares, range: [0, 1], colours: 'share', texts }],
    height: Math.min(760, 170 + 48 * labels.length),
  };
  return {
    id: 'confusion',
    title: 'Confusion matrix',
    link: 'Confusion',
    html: html`${figure({ name: 'confusion narrow', panels: [{ charts: [chart] }] })}
    <p class="aside">Rows are true classes and columns predicted ones; the numbers count examples, and the shade is the share of the true class.</p>`,
  };
}

/** More labels than this cannot be read in a heat map; the most frequent ones are shown. */
const MOST_LABELS = 80;

/** Correlations between labels, in the ground truth and in the scores. */
export function correlationSection({ predictions, metrics }: RunReport): Section | null {
  const { labels, scores, targets } = predictions;
  const columns = labels.length;
  if (columns < 2) return null;
  const frequent = [...labels.keys()]
    .sort((a, b) => metrics.per_label[b].positives - metrics.per_label[a].positives)
    .slice(0, MOST_LABELS);
  const inTruth = correlateColumns(targets, columns);
  const among = Float64Array.from(frequent.flatMap((j) => frequent.map((k) => inTruth[j * columns + k])));
  const order = orderByLikeness(among, frequent.length).map((a) => frequent[a]);
  const matrices = [inTruth, correlateColumns(scores, columns)].map((values) =>
    order.map((j) =>
      order.map((k) => {
        const value = values[j * columns + k];
        return j === k || Number.isNaN(value) ? null : rounded(value, 3);
      }),
    ),
  );
  const strongest = Math.max(0.1, ...matrices.map(nearlyStrongest));
  const names = order.map((j) => labels[j]);
  const panels = matrices.map((values, i): { caption: string; charts: Chart[] } => {
    const caption = i === 0 ? 'In the ground truth' : 'In the scores';
    const chart: Chart = {
      title: `Correlation of labels, ${caption.toLowerCase()}`,
      x: { title: '', names },
      rows: names.map((name) => ({ name })),
      marks: [
        { kind: 'cells', values, range: [-strongest, strongest], colours: 'diverging', scaleTitle: '' },
      ],
      height: 470,
    };
    return { caption, charts: [chart] };
  });
  return {
    id: 'correlation',
    title: 'Correlation of labels',
    link: 'Correlation',
    html: html`${figure({ name: 'correlation', panels })}
    <p class="aside">Correlation of every pair of labels over the examples, similar labels next to each other. A pattern
      in the scores that is missing in the ground truth shows labels that the model confuses.
      ${order.length < columns && `The ${order.length} most frequent of ${columns} labels are shown.`}</p>`,
  };
}

/** Size of the 99th percentile: a single pair is not to fade all others. */
function nearlyStrongest(matrix: readonly (readonly (number | null)[])[]): number {
  const sizes = matrix.flat().flatMap((value) => (value === null ? [] : [Math.abs(value)]));
  sizes.sort((a, b) => a - b);
  return sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 0;
}

/** Results for each value of a column, such as the language. */
import type { Interval, PartMetrics } from '../../../eval/metrics.js';
import type { RunReport } from '../../../eval/run-report.js';
import { html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { estimate, table } from '../../kit/text.js';

const MEASURES: { name: string; of: (part: PartMetrics) => [number | null, Interval | null] }[] = [
  { name: 'ROC-AUC', of: (part) => [part.roc_auc, part.roc_auc_ci95] },
  { name: 'PR-AUC', of: (part) => [part.pr_auc, part.pr_auc_ci95] },
  { name: 'Accuracy', of: (part) => [part.accuracy, part.accuracy_ci95] },
];

/** The section of parts of the split; null where the data set names no columns for it. */
export function breakdownSection({ metrics }: RunReport): Section | null {
  const columns = Object.entries(metrics.breakdown ?? {});
  if (columns.length === 0) return null;
  return {
    id: 'breakdown',
    title: 'Results by part',
    html: html`${columns.map(([column, parts]) =>
      table({
        caption: column,
        head: [column, 'Examples', ...MEASURES.map(({ name }) => name), 'Majority accuracy'],
        rows: Object.entries(parts).map(([value, part]) => [
          ...[value, part.examples],
          ...MEASURES.map(({ of }) => {
            const [mean, interval] = of(part);
            return estimate({ value: mean, interval });
          }),
          estimate({ value: part.majority_accuracy, interval: null }),
        ]),
      }),
    )}
    <p class="aside">The test split by the values of columns that the config names (data.breakdown), with the same model and thresholds; 95 %
      intervals. Labels without a positive and a negative in a part are left out of its means, so parts with different labels cannot be
      compared by them.</p>`,
  };
}

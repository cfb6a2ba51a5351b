/** Results for each value of a column, such as the language. */
import type { Interval, PartMetrics } from '../../../eval/metrics.js';
import type { RunReport } from '../../../eval/run-report.js';
import { type Html, html } from '../../kit/html.js';
import type { Section } from '../../kit/sections.js';
import { estimate, table } from '../../kit/text.js';

const MEASURES: { name: string; of: (part: PartMetrics) => [number | null, Interval | null] }[] = [
  { name: 'ROC-AUC', of: (part) => [part.roc_auc, part.roc_auc_ci95] },
  { name: 'PR-AUC', of: (part) => [part.pr_auc, part.pr_auc_ci95] },
  { name: 'Accuracy', of: (part) => [part.accuracy, part.accuracy_ci95] },
];

/**
 * The section of parts of the split: a table for each column, with the cells of each part; null where the data set names
 * no columns for it. `aside`: how to read the cells, after what the parts are.
 */
export function partsSection<Part extends { examples: number }>(
  breakdown: Record<string, Record<string, Part>> | undefined,
  titles: readonly string[],
  cells: (part: Part) => Html[],
  aside: string,
): Section | null {
  const columns = Object.entries(breakdown ?? {});
  if (columns.length === 0) return null;
  return {
    id: 'breakdown',
    title: 'Results by part',
    link: 'Parts',
    html: html`${columns.map(([column, parts]) =>
      table({
        caption: column,
        head: [column, 'Examples', ...titles],
        rows: Object.entries(parts).map(([value, part]) => [value, part.examples, ...cells(part)]),
      }),
    )}
    <p class="aside">The test split by the values of columns that the config names (data.breakdown), with the same ${aside}</p>`,
  };
}

/** The parts of a split with labels. */
export const breakdownSection = ({ metrics }: RunReport): Section | null =>
  partsSection(
    metrics.breakdown,
    [...MEASURES.map(({ name }) => name), 'Majority accuracy'],
    (part) => [
      ...MEASURES.map(({ of }) => {
        const [value, interval] = of(part);
        return estimate({ value, interval });
      }),
      estimate({ value: part.majority_accuracy, interval: null }),
    ],
    `model and thresholds; 95 % intervals. Labels without a positive and a negative in a part are left out of its means, so parts with
      different labels cannot be compared by them.`,
  );

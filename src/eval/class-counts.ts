/** How many examples of each class the splits of a data set have. */
import type { Dataset } from '../data/dataset.js';
import type { ClassCounts } from './metrics.js';

/** Counts examples by class and split, in the order of the labels; targets are one class each. */
export function classCounts({ labels, examples }: Pick<Dataset, 'labels' | 'examples'>): ClassCounts[] {
  const counts = labels.map((label): ClassCounts => ({ label, train: 0, validation: 0, test: 0 }));
  for (const { split, targets } of examples) counts[targets.indexOf(1 as never)][split]++;
  return counts;
}

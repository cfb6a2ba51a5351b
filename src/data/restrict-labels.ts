/** A data set with some of its labels. */
import type { Dataset } from './dataset.js';

/**
 * The same examples, splits and fingerprint with only the named labels, in the data set's order; the data set itself where
 * all are named. Names that are no labels are passed over.
 */
export function restrictLabels(dataset: Dataset, names: Iterable<string>): Dataset {
  const kept = new Set(names);
  const columns = dataset.labels.flatMap((label, column) => (kept.has(label) ? [column] : []));
  if (columns.length === dataset.labels.length) return dataset;
  return {
    ...dataset,
    labels: columns.map((column) => dataset.labels[column]),
    examples: dataset.examples.map((example) => {
      const { targets } = example;
      const own =
        targets instanceof Uint8Array
          ? Uint8Array.from(columns, (column) => targets[column])
          : Float64Array.from(columns, (column) => targets[column]);
      return { ...example, targets: own };
    }),
  };
}

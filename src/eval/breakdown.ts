/** A split's results for each value of a column, such as the language. */
import { groupBy } from '../base/group-by.js';
import type { Example } from '../data/dataset.js';
import { type EvaluationOptions, evaluatePredictions } from './evaluate.js';
import type { PartMetrics } from './metrics.js';
import type { AnyPredictions, Predictions } from './predictions.js';

/**
 * Evaluates predictions for each value of the examples' columns alone; values in alphabetical
 * order. Null where the examples have no columns.
 */
export function breakDown<Given extends AnyPredictions, Part>(
  predictions: Given,
  examples: readonly Example[],
  evaluate: (part: Given) => Part,
): Record<string, Record<string, Part>> | null {
  const exampleOf = new Map(examples.map((example) => [example.id, example]));
  const own = predictions.ids.map((id) => exampleOf.get(id)?.columns);
  const columns = Object.keys(own[0] ?? {});
  if (columns.length === 0) return null;
  const rows = predictions.ids.map((_, row) => row);
  return Object.fromEntries(
    columns.map((column) => [
      column,
      Object.fromEntries(
        [...groupBy(rows, (row) => own[row]![column])]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([value, members]) => [value, evaluate(rowsOf(predictions, members))]),
      ),
    ]),
  );
}

/** Headline numbers of a part of labels' predictions. */
export function partMetrics(predictions: Predictions, options: EvaluationOptions): PartMetrics {
  const { examples, roc_auc, pr_auc, accuracy, accuracy_ci95, majority_baseline } = evaluatePredictions(
    predictions,
    options,
  );
  return {
    ...{ examples, roc_auc: roc_auc.macro, roc_auc_ci95: roc_auc.ci95, pr_auc: pr_auc.macro },
    ...{ pr_auc_ci95: pr_auc.ci95, accuracy, accuracy_ci95, majority_accuracy: majority_baseline.accuracy },
  };
}

/** Some rows of predictions. */
function rowsOf<Given extends AnyPredictions>(predictions: Given, rows: readonly number[]): Given {
  const { labels, ids, groups, scores, targets } = predictions;
  const width = labels.length;
  const part = <Values extends Float32Array | Uint8Array | Float64Array>(values: Values): Values => {
    const out = values.slice(0, rows.length * width) as Values;
    for (const [i, row] of rows.entries())
      out.set(values.subarray(row * width, (row + 1) * width), i * width);
    return out;
  };
  return {
    ...predictions,
    ids: rows.map((row) => ids[row]),
    groups: rows.map((row) => groups[row]),
    // Intervals by artist are of the whole alone.
    artists: undefined,
    ungrouped: 0,
    scores: part(scores),
    targets: part(targets),
  };
}

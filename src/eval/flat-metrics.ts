/** A run's numbers in one level, for tables and other tools: `roc_auc_macro`, `accuracy`, `per_example_f1`. */
import type { AnyMetrics } from './run-report.js';

/** What is not a number of the whole split, or says how the numbers were made; the rankings of retrieval have names of their own. */
const LEFT_OUT = ['bootstrap', 'leakage', 'breakdown', 'by_artist', 'retrieval'];

/**
 * The numbers of `metrics.json` by their keys, joined by `_`, without those of single labels and without intervals; null
 * where a metric is undefined. Of retrieval, mean average precision: `retrieval_map_cosine`, `retrieval_map_itq_64`.
 */
export function flatMetrics(metrics: AnyMetrics): Record<string, number | null> {
  const flat: Record<string, number | null> = {};
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'number') flat[key] = value;
    else if (value === null && !/ci95|^confusion$|^per_example$/.test(key)) flat[key] = null;
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
      for (const [name, below] of Object.entries(value)) walk(below, key === '' ? name : `${key}_${name}`);
  };
  for (const [name, value] of Object.entries(metrics)) if (!LEFT_OUT.includes(name)) walk(value, name);
  const { rankings = [] } = ('retrieval' in metrics && metrics.retrieval) || {};
  for (const { method, bits, map } of rankings)
    flat[['retrieval_map', method, ...(bits === null ? [] : [bits])].join('_')] = map.value;
  return flat;
}

/** Evaluates a finished run again: on another split, protocol or data set, with its final weights. */
import { UsageError } from '../base/errors.js';
import type { Split } from '../data/dataset.js';
import type { Metrics } from '../eval/metrics.js';
import type { ConditionResult } from '../eval/run-report.js';
import { readConfig } from './read.js';
import { evaluatorOf } from './results.js';
import { learnerOf } from './run.js';
import { writePredictions, writeRecord } from './write.js';

export interface EvaluateOptions {
  run: string;
  /** Changes of the run's config, `data.protocol=all`; the model and its inputs stay as they are. */
  overrides: string[];
  split: Split;
  /** Folder for metrics, conditions and predictions; null to write nothing. */
  out: string | null;
  signal?: AbortSignal;
  log: (line: string) => void;
}

/**
 * Scores a split of a data set with a run's model and thresholds, also under each of `evaluation.conditions`. Throws a
 * UsageError when the run has no model, or the data's labels are not the model's, in their order.
 */
export async function evaluateRun(
  options: EvaluateOptions,
): Promise<{ metrics: Metrics; conditions: ConditionResult[] }> {
  const { run, overrides, split, out, signal, log } = options;
  const fixed = overrides.find((override) => /^[~+]?(inputs|model)\b/.test(override));
  if (fixed)
    throw new UsageError(
      `"${fixed}" would change the trained model; only data, loss and evaluation can be overridden here.`,
    );
  const config = await readConfig(run, overrides);
  const scored = await learnerOf(config).score({ run, config, split, signal, log });
  try {
    const { predictions } = scored;
    const evaluate = evaluatorOf(config, split, scored);
    const metrics = evaluate(predictions);
    const conditions = await scored.conditions(evaluate);
    if (out !== null) {
      await writePredictions(out, predictions);
      if (conditions.length > 0) await writeRecord(out, 'conditions', { conditions });
      await writeRecord(out, 'metrics', metrics);
    }
    return { metrics, conditions };
  } finally {
    scored.dispose();
  }
}

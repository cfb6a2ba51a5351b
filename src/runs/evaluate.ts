/** Evaluates a finished run again: on another split, protocol or data set, with its final weights. */
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import { type Dataset, examplesOf, type Split } from '../data/dataset.js';
import { loadDataset } from '../data/sets/index.js';
import { metricNotes } from '../eval/format.js';
import type { Leakage } from '../eval/metrics.js';
import type { AnyMetrics, ConditionResult } from '../eval/run-report.js';
import { runPath } from './layout.js';
import { readConfig, readEnvironment } from './read.js';
import { evaluatorOf } from './results.js';
import { learnerOf } from './run.js';
import { findLeakage, leakageNotes, readSeen, requireUnseen } from './seen.js';
import { writeMetrics, writePredictions, writeRecord } from './write.js';

export interface EvaluateOptions {
  run: string;
  /** Changes of the run's config, `data.protocol=all`; the model and its inputs stay as they are. */
  overrides: string[];
  split: Split;
  /** Folder for metrics, conditions and predictions; null to write nothing. */
  out: string | null;
  /** Whether a test split may hold what the model has seen. Default: false. */
  allowSeen?: boolean;
  signal?: AbortSignal;
  log: (line: string) => void;
}

/**
 * Scores a split of a data set with a run's model and thresholds, also under each of `evaluation.conditions`. Throws a
 * UsageError when the run has no model, the data's labels are not the model's in their order, or the model has seen some
 * of a test split.
 */
export async function evaluateRun(
  options: EvaluateOptions,
): Promise<{ metrics: AnyMetrics; conditions: ConditionResult<AnyMetrics>[] }> {
  const { run, overrides, split, out, allowSeen = false, signal, log } = options;
  const fixed = overrides.find((override) => /^[~+]*(inputs|model)\b/.test(override));
  if (fixed)
    throw new UsageError(
      `"${fixed}" would change the trained model; only data, loss and evaluation can be overridden here. To score it without an input, with noise or with shuffled lyrics, give evaluation.conditions, as in 'evaluation.conditions=[{shuffled_lyrics: true}]'.`,
    );
  const config = await readConfig(run, overrides);
  const dataset = await loadDataset(config.data);
  const leakage = await checkLeakage(run, config, dataset, { split, allowSeen, log });
  const scored = await learnerOf(config).score({ run, config, dataset, split, signal, log });
  try {
    const { predictions } = scored;
    const evaluate = evaluatorOf(config, split, scored);
    const metrics = { ...evaluate(predictions), ...(leakage && { leakage }) };
    for (const note of metricNotes(metrics)) log(note);
    const conditions = await scored.conditions(evaluate);
    if (out !== null) {
      await writePredictions(out, predictions, scored.dataset);
      if (conditions.length > 0) await writeRecord(out, 'conditions', { conditions });
      await writeMetrics(out, metrics, [
        'predictions',
        ...(conditions.length > 0 ? (['conditions'] as const) : []),
      ]);
    }
    return { metrics, conditions };
  } finally {
    scored.dispose();
  }
}

/**
 * What the model has seen of the split; null for a run over all folds, whose folds are checked by their fingerprint,
 * and for imported scores, whose model is not known.
 */
async function checkLeakage(
  run: string,
  config: Config,
  dataset: Dataset,
  { split, allowSeen, log }: { split: Split; allowSeen: boolean; log: (line: string) => void },
): Promise<Leakage | null> {
  if (dataset.folds || config.model.predictions) return null;
  const leakage = await findLeakage(
    await readSeen(runPath(run, 'model')),
    examplesOf(dataset, split),
    dataset,
    config,
  );
  // On the run's own splits, copies of a recording under other ids are the data set's.
  const { data_fingerprint: own } = await readEnvironment(run);
  const refused = own === dataset.fingerprint ? { ...leakage, copies: 0 } : leakage;
  if (!allowSeen) requireUnseen(refused, split, run);
  leakageNotes(leakage, split).forEach(log);
  return leakage;
}

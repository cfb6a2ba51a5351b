/** Result of a sweep: each experiment's settings, its validation metric and its test metrics. */
import { join } from 'node:path';
import {
  type ComparedMetric,
  METRIC_NAMES,
  metricsOf,
  type PerMetric,
  perMetric,
  valuesOf,
} from '../../eval/difference/compared-metrics.js';
import { type Spread, spread } from '../../eval/means.js';
import type { AnyMetrics, EpochRecord } from '../../eval/run-report.js';
import { scoreOf } from '../../training/validation-metric.js';
import type { RunOutcome } from '../launch/execute.js';
import { epochsOf, readMetrics } from '../read.js';
import { runsOf, type SweepPlan, type SweptExperiment } from './plan.js';

/** Names of the test metrics, shorter than elsewhere where they are of labels. */
export const SWEEP_NAMES: PerMetric<string> = {
  ...METRIC_NAMES,
  ...{ roc_auc: 'ROC-AUC', pr_auc: 'PR-AUC', accuracy: 'accuracy' },
};

/** Test metrics that tables and pages show: those of the finished runs' task, of labels where none finished. */
export const sweepMetricsOf = (
  results: readonly { runs: readonly Pick<SweptRun, 'metrics'>[] }[],
): readonly ComparedMetric[] =>
  metricsOf(
    results.flatMap(({ runs }) => runs.flatMap(({ metrics }) => metrics?.task ?? []))[0] ?? 'tagging',
  );

export interface SweptRun {
  seed: number;
  folder: string;
  status: RunOutcome['status'];
  epochs: number;
  validation: BestValidation | null;
  metrics: AnyMetrics | null;
  seconds: number;
  error: string | null;
}

export interface SweptResult {
  group: string;
  setting: SweptExperiment['setting'];
  runs: SweptRun[];
  /** Best epoch's validation metric, of the finished runs where there are some; null when one of them has none. */
  validation: Spread | null;
  /** Of the runs that finished; null where none did, or the metric is undefined. */
  test: PerMetric<Spread | null>;
}

/**
 * Results of the experiments that were begun, the best on the validation split first; those without a validation
 * metric, or trained less, come last.
 */
export async function readResults(
  plan: SweepPlan,
  out: string,
  outcomes: readonly RunOutcome[],
): Promise<SweptResult[]> {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.run.folder, outcome]));
  const results: SweptResult[] = [];
  for (const experiment of plan.experiments) {
    const runs: SweptRun[] = [];
    for (const { folder, seed } of runsOf(plan, [experiment])) {
      const outcome = outcomeOf.get(folder);
      const history = await epochsOf(join(out, folder));
      runs.push({
        seed,
        folder,
        status: outcome?.status ?? 'waiting',
        epochs: history.length,
        validation: bestValidation(history),
        metrics:
          outcome?.status === 'finished' ? await readMetrics(join(out, folder)).catch(() => null) : null,
        seconds: outcome?.seconds ?? 0,
        error: outcome?.error ?? null,
      });
    }
    const isFinished = runs.some(({ status }) => status === 'finished');
    const counted = isFinished ? runs.filter(({ status }) => status === 'finished') : runs;
    results.push({
      group: experiment.group,
      setting: experiment.setting,
      runs,
      validation: counted.every(({ validation }) => validation !== null)
        ? spread(counted.map(({ validation }) => validation!.value))
        : null,
      test: perMetric(sweepMetricsOf([{ runs }]), (metric) =>
        spread(runs.map(({ metrics }) => metrics && valuesOf(metrics)[metric])),
      ),
    });
  }
  return results.sort(byValidation);
}

/** Finished experiments before others, then by the validation metric. */
function byValidation(a: SweptResult, b: SweptResult): number {
  const rank = ({ runs, validation }: SweptResult): number =>
    (runs.every(({ status }) => status === 'finished') ? 2 : 0) + (validation === null ? 0 : 1);
  const score = ({ runs, validation }: SweptResult): number =>
    validation === null ? 0 : scoreOf(runs[0].validation?.metric ?? '', validation.mean);
  return rank(b) - rank(a) || score(b) - score(a);
}

export interface BestValidation {
  metric: string;
  value: number;
  epoch: number;
  /** Higher is better, whatever the metric. */
  score: number;
}

/**
 * The best epoch (of equals the first) by the metric that early stopping follows, whose weights the run keeps; of the
 * first `upTo` epochs only, as far as all candidates have come. Null where the metric is never defined.
 */
export function bestValidation(history: readonly EpochRecord[], upTo?: number): BestValidation | null {
  let best: BestValidation | null = null;
  for (const { epoch, metric, validation_metric: value } of history.slice(0, upTo)) {
    if (value === null) continue;
    const score = scoreOf(metric, value);
    if (best === null || score > best.score) best = { metric, value, epoch, score };
  }
  return best;
}

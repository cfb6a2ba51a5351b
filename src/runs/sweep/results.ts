/** Result of a sweep: each experiment's settings, its validation metric and its test metrics. */
import { join } from 'node:path';
import { type Spread, spread } from '../../eval/means.js';
import type { Metrics } from '../../eval/metrics.js';
import type { EpochRecord } from '../../eval/run-report.js';
import type { RunOutcome } from '../launch/execute.js';
import { epochsOf, readMetrics } from '../read.js';
import { runsOf, type SweepPlan, type SweptExperiment } from './plan.js';

/** Test metrics that tables and pages show. */
export const SWEEP_METRICS = {
  roc_auc: { name: 'ROC-AUC', of: ({ roc_auc }: Metrics) => roc_auc.macro },
  pr_auc: { name: 'PR-AUC', of: ({ pr_auc }: Metrics) => pr_auc.macro },
  accuracy: { name: 'accuracy', of: ({ accuracy }: Metrics) => accuracy },
} satisfies Record<string, { name: string; of: (metrics: Metrics) => number | null }>;

export type SweepMetric = keyof typeof SWEEP_METRICS;

export interface SweptRun {
  seed: number;
  folder: string;
  /** `waiting`: never begun. */
  status: RunOutcome['status'] | 'waiting';
  epochs: number;
  validation: BestValidation | null;
  metrics: Metrics | null;
  seconds: number;
  error: string | null;
}

export interface SweptResult {
  group: string;
  setting: SweptExperiment['setting'];
  runs: SweptRun[];
  /** Best epoch's validation metric; null when a run has none. */
  validation: Spread | null;
  /** Of the runs that finished; null where none did, or the metric is undefined. */
  test: Record<SweepMetric, Spread | null>;
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
    const of = (metric: SweepMetric): Spread | null =>
      spread(runs.map(({ metrics }) => metrics && SWEEP_METRICS[metric].of(metrics)));
    results.push({
      group: experiment.group,
      setting: experiment.setting,
      runs,
      validation: runs.every(({ validation }) => validation !== null)
        ? spread(runs.map(({ validation }) => validation!.value))
        : null,
      test: { roc_auc: of('roc_auc'), pr_auc: of('pr_auc'), accuracy: of('accuracy') },
    });
  }
  return results.sort(byValidation);
}

/** Finished experiments before others, then by the validation metric. */
function byValidation(a: SweptResult, b: SweptResult): number {
  const rank = ({ runs, validation }: SweptResult): number =>
    (runs.every(({ status }) => status === 'finished') ? 2 : 0) + (validation === null ? 0 : 1);
  const score = ({ runs, validation }: SweptResult): number =>
    validation === null ? 0 : runs[0].validation?.metric === 'loss' ? -validation.mean : validation.mean;
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
    const score = metric === 'loss' ? -value : value;
    if (best === null || score > best.score) best = { metric, value, epoch, score };
  }
  return best;
}

/** A sweep made for tests. */
import type { Config } from '../../src/config/schema.js';
import { metricsOf, perMetric, valuesOf } from '../../src/eval/difference/compared-metrics.js';
import { spread } from '../../src/eval/means.js';
import type { Metrics } from '../../src/eval/metrics.js';
import type { SweepReport } from '../../src/report/pages/sweep/page.js';
import type { SweptResult } from '../../src/runs/sweep/results.js';
import { HOSTILE } from '../eval/made-report.js';

const RATE = 'training.optimizer.learning_rate';

/** The keys that it sweeps. */
export const KEYS = [RATE, 'model.fusion', 'loss.alpha'];

/** Eighteen experiments with two seeds, of which one failed and some were paused. */
export function madeSweep(): SweepReport {
  const results = Array.from({ length: 18 }, (_, i): SweptResult => {
    const setting = new Map([
      [RATE, String(10 ** (-4 + (i % 6) / 2))],
      ['model.fusion', i % 2 === 0 ? '{kind: concat, hidden: 64}' : HOSTILE],
      ...(i % 3 === 0 ? [] : [['loss.alpha', String(1 + (i % 3))] as const]),
    ]);
    const value = 0.6 + 0.02 * ((7 * i) % 13);
    const isFinished = i < 9;
    const runs = [0, 0.01].map((shift, j) => ({
      ...{ seed: j + 1, folder: `runs/${i}/seed-${j + 1}`, epochs: isFinished ? 9 : 3, seconds: 10 },
      status: i === 17 ? ('failed' as const) : isFinished ? ('finished' as const) : ('paused' as const),
      validation:
        i === 17 ? null : { metric: 'roc_auc', value: value + shift, epoch: 2, score: value + shift },
      metrics: isFinished
        ? ({
            roc_auc: { macro: value - shift },
            pr_auc: { macro: value / 2 },
            accuracy: value,
            majority_baseline: { accuracy: 0.7 },
          } as Metrics)
        : null,
      error: i === 17 ? `${HOSTILE} is not a number` : null,
    }));
    return {
      ...{ group: `experiment ${i} ${HOSTILE}`, setting, runs },
      validation: i === 17 ? null : spread([value, value + 0.01]),
      test: perMetric(metricsOf('tagging'), (metric) =>
        spread(runs.map(({ metrics }) => metrics && valuesOf(metrics)[metric])),
      ),
    };
  });
  const experiments = results.map(({ group, setting }) => ({ group, setting, config: {} as Config }));
  return {
    plan: { name: 'made', keys: KEYS, seeds: [1, 2], experiments, notes: [] },
    results,
    search: 'halving, made up',
    rungs: [
      { candidates: 18, epochs: 3 },
      { candidates: 9, epochs: 9 },
    ],
    jobs: { count: 2, threads: 1 },
    dataset: { name: 'made data', protocol: 'made', synthetic: 'Made up.' },
    comparison: 'compare/compare.html',
    reportOf: (folder) => (folder.startsWith('runs/0') ? `${folder}/report.html` : null),
    command: `polytag sweep made.yaml '${HOSTILE}'`,
    notes: [HOSTILE],
  };
}

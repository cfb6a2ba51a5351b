/** Result of a study: each experiment's metrics on each panel, its contrasts, and test conditions. */
import { join } from 'node:path';
import { valueAt } from '../../../config/tree.js';
import {
  type ComparedMetric,
  metricsOf,
  type PerMetric,
  perMetric,
  valuesOf,
} from '../../../eval/difference/compared-metrics.js';
import { type Spread, seedInterval, spread } from '../../../eval/means.js';
import type { Interval } from '../../../eval/metrics.js';
import { type RankingSummary, summariseRankings } from '../../../eval/retrieval/summary.js';
import type { ConditionResult, LabelOrNumberMetrics } from '../../../eval/run-report.js';
import type { Comparison, Estimate } from '../../compare/comparison.js';
import type { MetricDifference } from '../../compare/pairs.js';
import type { StoredRun } from '../../read.js';
import type { Study, StudyContrast, StudyPanel, StudyRun } from '../study.js';

export interface GroupResult {
  name: string;
  label: string;
  metrics: PerMetric<Estimate>;
  /** Of each seed, in their order. */
  seeds: ({ seed: number } & PerMetric<number | null>)[];
  trainingSeconds: number | null;
  /** What its embeddings and codes find; empty where that was not measured. */
  retrieval: RankingSummary[];
  /** Mean of each measure that a publication has too, by name; null where no run has it. */
  measures: Record<string, (Spread & { interval: Interval | null }) | null>;
  conditions: ConditionMean[];
}

/** A changed condition, over an experiment's seeds. */
export interface ConditionMean {
  name: string;
  /** Of added noise; null where none was added. */
  snr: number | null;
  examples: number;
  metrics: PerMetric<WrittenSpread>;
  /** As of an experiment, with changed queries. */
  retrieval: RankingSummary[];
}

export interface ContrastResult extends StudyContrast {
  /** `group` minus `minus`. */
  metrics: PerMetric<MetricDifference>;
  /** The same of each seed that both have, mean and standard deviation. */
  bySeed: PerMetric<WrittenSpread & { higher: number; seeds: number }>;
}

export interface PanelResult {
  panel: StudyPanel;
  comparison: Comparison;
  groups: GroupResult[];
  contrasts: ContrastResult[];
}

/** A finished run of a study with its scores under changed conditions. */
export interface FinishedRun {
  planned: StudyRun;
  stored: StoredRun;
  conditions: ConditionResult<LabelOrNumberMetrics>[];
}

/** Mean over seeds; null where no seed has a value. */
type WrittenSpread = Spread | { mean: null; deviation: null };

const spreadOf = (values: readonly (number | null)[]): WrittenSpread =>
  spread(values) ?? { mean: null, deviation: null };

/** Whether the study asks for the difference of two experiments, in either order. */
export function isContrast(study: Study, a: string, b: string): boolean {
  return study.contrasts.some(
    ({ group, minus }) => (group === a && minus === b) || (group === b && minus === a),
  );
}

/**
 * A panel's results from its finished runs: experiments in the study's order, and the differences between those that
 * exist.
 */
export function summarisePanel(
  study: Study,
  panel: StudyPanel,
  runs: readonly FinishedRun[],
  comparison: Comparison,
): PanelResult {
  const runOf = new Map(runs.map((run) => [run.stored.folder, run]));
  const indexOf = new Map(
    comparison.groups.map((group, i) => [runOf.get(group.runs[0].folder)!.planned.experiment, i]),
  );
  const groups = study.groups.flatMap(({ name, label }): GroupResult[] => {
    const index = indexOf.get(name);
    if (index === undefined) return [];
    const { metrics, runs: members } = comparison.groups[index];
    return [
      {
        name,
        label,
        metrics,
        seeds: members.map((run) => ({ seed: run.config.seed, ...valuesOf(run.metrics) })),
        trainingSeconds: spreadOf(members.map((run) => run.metrics.training?.seconds ?? null)).mean,
        retrieval: rankingsOf(members.map((run) => run.metrics)),
        measures: measuresOf(
          study,
          members.map((run) => run.metrics),
        ),
        conditions: meanConditions(
          comparison.compared,
          members.map(({ folder }) => runOf.get(folder)!.conditions),
        ),
      },
    ];
  });
  const contrasts = study.contrasts.flatMap((contrast): ContrastResult[] => {
    const [a, b] = [indexOf.get(contrast.group), indexOf.get(contrast.minus)];
    const pair = comparison.pairs.find(
      ({ first, second }) => (first === a && second === b) || (first === b && second === a),
    );
    if (a === undefined || b === undefined || !pair) return [];
    return [
      {
        ...contrast,
        metrics:
          pair.second === a
            ? pair.metrics
            : perMetric(comparison.compared, (metric) => negated(pair.metrics[metric])),
        bySeed: differencesBySeed(comparison.groups[a].runs, comparison.groups[b].runs),
      },
    ];
  });
  return { panel, comparison, groups, contrasts };
}

function measuresOf({ published }: Study, runs: readonly LabelOrNumberMetrics[]): GroupResult['measures'] {
  return Object.fromEntries(
    (published?.measures ?? []).map(({ name, paths }) => {
      const values = runs.map((metrics) => {
        const found = paths.map((path) => valueAt(metrics, path.split('.')));
        return found.find((value): value is number => typeof value === 'number') ?? null;
      });
      const mean = spread(values);
      return [name, mean && { ...mean, interval: seedInterval(values) }];
    }),
  );
}

function negated({ difference, interval, testSet, ...rest }: MetricDifference): MetricDifference {
  const turned = (ends: Interval | null): Interval | null => ends && [-ends[1], -ends[0]];
  return {
    ...rest,
    difference: difference === null ? null : -difference,
    interval: turned(interval),
    testSet: { ...testSet, interval: turned(testSet.interval) },
  };
}

function differencesBySeed(
  runs: readonly StoredRun[],
  others: readonly StoredRun[],
): ContrastResult['bySeed'] {
  return perMetric(metricsOf(runs[0].metrics.task), (metric) => {
    const differences = runs.flatMap((run) => {
      const other = others.find(({ config }) => config.seed === run.config.seed);
      const [a, b] = [valuesOf(run.metrics)[metric], other ? valuesOf(other.metrics)[metric] : null];
      return a === null || b === null ? [] : [a - b];
    });
    const higher = differences.filter((difference) => difference > 0).length;
    return { ...spreadOf(differences), higher, seeds: differences.length };
  });
}

/** Retrieval over an experiment's runs. */
const rankingsOf = (metrics: readonly LabelOrNumberMetrics[]): RankingSummary[] =>
  summariseRankings(metrics.flatMap((own) => (own.task === 'regression' ? [] : (own.retrieval ?? []))));

/** Each condition's mean over the seeds, in the order of the first run. */
function meanConditions(
  compared: readonly ComparedMetric[],
  runs: readonly ConditionResult<LabelOrNumberMetrics>[][],
): ConditionMean[] {
  return (runs[0] ?? []).map(({ name, condition }) => {
    const members = runs.flatMap((results) => results.find((result) => result.name === name)?.metrics ?? []);
    return {
      name,
      snr: condition.noise?.snr ?? null,
      examples: members[0]?.examples ?? 0,
      metrics: perMetric(compared, (metric) => spreadOf(members.map((metrics) => valuesOf(metrics)[metric]))),
      retrieval: rankingsOf(members),
    };
  });
}

/** Folder of a panel's comparison in a study's folder. */
export const comparisonFolder = (out: string, panel: string): string => join(out, 'compare', panel);

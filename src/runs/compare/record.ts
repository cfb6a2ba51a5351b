/** A comparison for programs: the content of `comparison.json`. */
import { type PerMetric, valuesOf } from '../../eval/difference/compared-metrics.js';
import type { Comparison, Estimate } from './comparison.js';
import type { LabelDifference } from './labels.js';
import type { MetricDifference } from './pairs.js';

/**
 * The record of a comparison for JSON. Experiments are named by their labels, a difference is `experiment` minus
 * `minus`, and `files` are relative to the record.
 */
export function comparisonRecord(comparison: Comparison, files: readonly string[]): Record<string, unknown> {
  const { groups, pairs, settings, leftOut, bootstrap, compared, constant } = comparison;
  const isRegression = comparison.task === 'regression';
  const estimate = ({ value, deviation, interval }: Estimate): object => ({
    value,
    sd: deviation,
    ci95: interval,
  });
  const difference = (one: MetricDifference): object => ({
    difference: one.difference,
    ci95: one.interval,
    p: one.p,
    p_holm: one.pHolm,
    of: one.of,
    of_test_set: { ci95: one.testSet.interval, p: one.testSet.p, p_holm: one.testSet.pHolm },
    ...(one.seedsNeeded !== undefined && { seeds_needed: one.seedsNeeded }),
  });
  const ofLabel = (one: LabelDifference): object => ({
    ...(isRegression
      ? { target: one.label, values: one.positives, ccc: one.second, ccc_minus: one.first }
      : { label: one.label, positives: one.positives, roc_auc: one.second, roc_auc_minus: one.first }),
    difference: one.difference,
    ci95: one.interval,
    p: one.p,
    p_holm: one.pHolm,
    ...(!isRegression && { p_of_clips: one.pOfClips }),
  });
  const perMetric = <Value>(values: PerMetric<Value>, write: (value: Value) => object): object =>
    Object.fromEntries(compared.map((metric) => [metric, write(values[metric])]));
  return {
    dataset: comparison.dataset,
    synthetic: comparison.synthetic,
    protocol: comparison.protocol,
    split: comparison.split,
    examples: comparison.examples,
    [isRegression ? 'targets' : 'labels']: comparison.labels.length,
    [isRegression ? 'mean_baseline' : 'majority_baseline']: { [constant.metric]: constant.value },
    bootstrap,
    experiments: groups.map((group) => ({
      label: group.label,
      runs: group.runs.map(({ folder, config, metrics }, i) => ({
        label: group.runLabels[i],
        folder,
        seed: config.seed,
        ...valuesOf(metrics),
      })),
      metrics: perMetric(group.metrics, estimate),
      ...(group.calibration && {
        calibration: {
          expected_error: group.calibration.expectedError,
          expected_error_of_labels: group.calibration.expectedErrorOfLabels,
          brier: group.calibration.brier,
        },
      }),
    })),
    differences: pairs.map((pair) => ({
      experiment: groups[pair.second].label,
      minus: groups[pair.first].label,
      paired_by_seed: pair.isPaired,
      metrics: perMetric(pair.metrics, difference),
      [isRegression ? 'targets' : 'labels']: pair.labels.map(ofLabel),
    })),
    settings: settings.map(({ key, values }) => ({ key, values })),
    ranks: comparison.ranks && {
      labels: comparison.ranks.labels,
      mean: Object.fromEntries(groups.map(({ label }, i) => [label, comparison.ranks!.mean[i]])),
      friedman: { chi_square: comparison.ranks.chiSquare, p: comparison.ranks.p },
      critical_difference: comparison.ranks.criticalDifference,
    },
    clips: comparison.clips.map(({ better, worse, clips }) => ({
      right: groups[better].label,
      wrong: groups[worse].label,
      clips: clips.map(({ id, margin }) => ({ id, loss_difference: margin })),
    })),
    not_compared: leftOut.map(({ run, reason }) => ({ folder: run.folder, reason })),
    notes: comparison.notes,
    files,
  };
}

/** The tables of a run: its headline numbers and its labels, for a spreadsheet and for a paper. */

import { type Cell, csvTable } from '../../base/text-tables.js';
import type { Interval, Metrics } from '../metrics.js';
import type { RunReport } from '../run-report.js';
import { headlineTables, placeOf } from './headline.js';
import { latexTable } from './markup.js';
import { retrievalTables } from './retrieval.js';

/** Makes the tables of a run. */
export function runTables(report: RunReport): [string, string][] {
  const { metrics } = report;
  const labels = labelRows(metrics);
  return [
    ...headlineTables(report, headlineRows(metrics)),
    ['labels.csv', csvTable(['label', 'positives', 'roc_auc', 'pr_auc', 'f1', 'threshold'], labels)],
    [
      'labels.tex',
      latexTable(
        `Results by label on ${placeOf(report)}.`,
        'tab:labels',
        ['Label', 'Positives', 'ROC-AUC', 'PR-AUC', 'F1', 'Threshold'],
        labels,
      ),
    ],
    ...(metrics.retrieval ? retrievalTables(metrics.retrieval, report) : []),
  ];
}

function headlineRows(metrics: Metrics): Cell[][] {
  const row = (name: string, value: number | null, interval: Interval | null = null): Cell[] => [
    name,
    value,
    ...(interval ?? [null, null]),
  ];
  return [
    row('ROC-AUC macro', metrics.roc_auc.macro, metrics.roc_auc.ci95),
    row('ROC-AUC micro', metrics.roc_auc.micro),
    row('ROC-AUC weighted', metrics.roc_auc.weighted),
    row('PR-AUC macro', metrics.pr_auc.macro, metrics.pr_auc.ci95),
    row('PR-AUC micro', metrics.pr_auc.micro),
    row('PR-AUC weighted', metrics.pr_auc.weighted),
    row('accuracy', metrics.accuracy, metrics.accuracy_ci95),
    row('accuracy of the majority baseline', metrics.majority_baseline.accuracy),
    row('F1 macro', metrics.f1.macro, metrics.f1.ci95),
    row('F1 micro', metrics.f1.micro),
    row('F1 weighted', metrics.f1.weighted),
  ];
}

function labelRows(metrics: Metrics): Cell[][] {
  return metrics.per_label.map(({ label, positives, roc_auc, pr_auc, f1, threshold }) => [
    label,
    positives,
    roc_auc,
    pr_auc,
    f1,
    threshold,
  ]);
}

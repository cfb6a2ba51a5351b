/** The numbers of a run: `metrics.json`. */
import type { Task } from './predictions.js';

/** A metric's value over all labels; null where it is undefined. `ci95` is the bootstrap interval of `macro`. */
export interface RankMetric {
  macro: number | null;
  micro: number | null;
  ci95: [number, number] | null;
}

/** Numbers of one label. */
export interface LabelMetrics {
  label: string;
  positives: number;
  roc_auc: number | null;
  pr_auc: number | null;
  f1: number;
  threshold: number;
}

/** The content of `metrics.json`. */
export interface Metrics {
  task: Task;
  protocol: string;
  split: string;
  examples: number;
  labels: number;
  /** How many labels have no positive or no negative, so that they are left out of the means. */
  undefined_labels: string[];
  roc_auc: RankMetric;
  pr_auc: RankMetric;
  accuracy: number;
  accuracy_ci95: [number, number] | null;
  f1: { macro: number; micro: number; weighted: number };
  majority_baseline: { accuracy: number };
  /** Classes only: row-major counts, true class by predicted class. */
  confusion: number[][] | null;
  bootstrap: { samples: number; unit: 'song' | 'clip'; groups: number };
  per_label: LabelMetrics[];
  training?: { epochs: number; seconds: number; best_epoch: number };
}
